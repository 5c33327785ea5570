"""A proof as a file over HTTP, for the API and for the pages."""

from urllib.parse import quote

from litestar import Response


def as_file(name: str, data: bytes) -> Response[bytes]:
    """A download that is kept nowhere on the way."""
    return Response(
        data,
        media_type="application/json",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "cache-control": "private, no-store",
        },
    )
