"""What this package may lean on, and that its README tells the truth."""

import ast
import re
from pathlib import Path

import pytest

import signing

ROOT = Path(signing.__file__).parent
ALLOWED = {
    "signing", "asn1crypto", "cbor2", "click", "cryptography", "fontTools", "lxml", "msgspec", "PIL", "pkcs11", "pyhanko",
    "pyhanko_certvalidator", "rich", "typst", "xsdata",
}  # fmt: skip


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: p.name)
def test_no_database_no_web_no_network_library(path: Path) -> None:
    import sys

    assert imported(path) - ALLOWED <= set(sys.stdlib_module_names)


def test_every_module_that_the_readme_names_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for name in re.findall(r"`([a-z_]+)`", text.split("## Expected")[0]):
        assert (ROOT / f"{name}.py").is_file() or hasattr(signing, name), name


def test_every_name_of_the_face_can_be_had() -> None:
    for name in signing.__all__:
        assert getattr(signing, name) is not None
    with pytest.raises(AttributeError):
        _ = signing.nothing
