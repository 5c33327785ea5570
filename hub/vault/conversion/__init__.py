"""Conversion of an electronic document to paper: the nine-field form, then the whole document (RES-09)."""

from hub.vault.conversion.conversion import ConversionData, render_conversion

__all__ = ["ConversionData", "render_conversion"]
