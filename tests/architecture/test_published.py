"""What is generated from code is fresh (structure contract 7)."""

from pathlib import Path

from hub.publishing import documents

ROOT = Path(__file__).resolve().parents[2]


def test_generated_documents_are_fresh() -> None:
    """Diagrams, routes, OpenAPI, AsyncAPI and JSON Schema equal what the code says now; `hub publish` mends this."""
    stale = [path for path, text in documents().items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == []
