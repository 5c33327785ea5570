"""The electronic vault: documents with their owners, versions, readers and paper copies."""

from hub.vault.antivirus import Clamd, NullScanner, Scanner, scanner
from hub.vault.conversion import ConversionData, render_conversion
from hub.vault.errors import AntivirusAway, Infected, NewerVersion, NoSuchConversion, NoSuchEntry, UploadRefused
from hub.vault.events import ConvertedToPaper
from hub.vault.model import Access, Conversion, Entry, Kept, Kind, Numbered, Occasion, Retention, Step, Verdict
from hub.vault.reports import dependants, keep_report, reports_of, verdicts
from hub.vault.service import (
    Render,
    conversion_by_token,
    conversions_of,
    convert_to_paper,
    entries,
    entries_of,
    entries_of_dossier,
    entry,
    read,
    saw,
    seen,
    store,
    versions,
)
from hub.vault.uploads import MediaType, inspect, safe_name

__all__ = [
    "Access", "AntivirusAway", "Clamd", "Conversion", "ConversionData", "ConvertedToPaper", "Entry", "Infected",
    "Kept", "Kind", "MediaType", "NewerVersion", "NoSuchConversion", "NoSuchEntry", "NullScanner", "Numbered",
    "Occasion", "Render", "Retention", "Scanner", "Step", "UploadRefused", "Verdict", "conversion_by_token",
    "conversions_of", "convert_to_paper", "dependants", "entries", "entries_of", "entries_of_dossier", "entry",
    "inspect", "keep_report", "read", "render_conversion", "reports_of", "safe_name", "saw", "scanner", "seen",
    "store", "verdicts", "versions",
]  # fmt: skip
