"""The certified electronic copy (bản sao điện tử) of a stored result: what it copies, then every page."""

from hub.sealing.extract.extract import ExtractData, render_extract

__all__ = ["ExtractData", "render_extract"]
