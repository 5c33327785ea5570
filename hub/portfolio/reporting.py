"""A report in the form that was asked for."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

from litestar import Response

from hub.kernel.documents import vietnamese_font
from signing import Report
from signing.report_pdf import report_pdf

JSON, XML, PDF = "application/json", "application/xml", "application/pdf"
_TYPES = {"json": JSON, "xml": XML, "pdf": PDF}


async def as_asked(report: Report, name: str, accept: str, as_format: str | None) -> Response[Any]:
    """By `format`, else by the first known type of Accept, else as JSON."""
    kind = _TYPES[as_format] if as_format else wanted(accept)
    if kind == JSON:
        return Response(report, headers={"cache-control": "no-store"})
    body = await asyncio.to_thread(_body, report, name, kind)
    suffix = "pdf" if kind == PDF else "xml"
    title = quote(f"bao-cao-kiem-tra-{report.sha256[:12]}.{suffix}")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{title}", "cache-control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def wanted(accept: str) -> str:
    """The known type with the highest q, the first of several."""
    best, weight = JSON, 0.0
    for part in accept.split(","):
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        q = next((_number(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        if kind in (JSON, XML, PDF) and q > weight:
            best, weight = kind, q
    return best


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _body(report: Report, name: str, kind: str) -> bytes:
    if kind == XML:
        from signing.report_xml import etsi_xml  # generated from the schemas: 0.3 s of every start, and few ask

        return etsi_xml(report)
    fonts: Path = vietnamese_font().parent
    return report_pdf([(name or report.sha256[:16], report)], fonts=fonts)
