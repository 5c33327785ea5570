"""The electronic vault: documents with their owners, versions, readers and paper copies."""

from hub.vault.antivirus import Clamd, NullScanner, Scanner, scanner
from hub.vault.conversion import ConversionData, render_conversion
from hub.vault.errors import (
    AntivirusAway,
    ContentGone,
    Infected,
    NewerVersion,
    NoSuchConversion,
    NoSuchEntry,
    NoSuchShare,
    ShareEnded,
    ShareRefused,
    UploadRefused,
)
from hub.vault.events import ConvertedToPaper
from hub.vault.model import (
    Access,
    Conversion,
    Entry,
    Kept,
    Kind,
    Lapsing,
    Numbered,
    Occasion,
    Retention,
    Share,
    Step,
    Verdict,
    Wish,
)
from hub.vault.reports import dependants, keep_report, lapsing, reports_of, verdicts
from hub.vault.retention import delete_discarded, discard, hold, lapsed_uploads
from hub.vault.service import (
    Render,
    begun_as,
    conversion_by_token,
    conversions_after,
    conversions_of,
    convert_to_paper,
    current,
    entries,
    entries_of,
    entries_of_dossier,
    entry,
    read,
    saw,
    seen,
    store,
    stream,
    versions,
)
from hub.vault.sharing import (
    WHOEVER_HAS_THE_LINK,
    by_link,
    for_citizen,
    longest,
    revoke,
    share,
    shared_with,
    shares_of,
    use,
)
from hub.vault.upkeep import Checked, check, contents, retire, rotate, unnamed
from hub.vault.uploads import MediaType, inspect, safe_name

__all__ = [
    "WHOEVER_HAS_THE_LINK", "Access", "AntivirusAway", "Checked", "Clamd", "ContentGone", "Conversion",
    "ConversionData", "ConvertedToPaper", "Entry", "Infected", "Kept", "Kind", "Lapsing", "MediaType", "NewerVersion",
    "NoSuchConversion", "NoSuchEntry", "NoSuchShare", "NullScanner", "Numbered", "Occasion", "Render", "Retention",
    "Scanner", "Share", "ShareEnded", "ShareRefused", "Step", "UploadRefused", "Verdict", "Wish", "begun_as", "by_link",
    "check", "contents", "conversion_by_token", "conversions_after", "conversions_of", "convert_to_paper", "current",
    "delete_discarded", "dependants", "discard", "entries", "entries_of", "entries_of_dossier", "entry", "for_citizen",
    "hold", "inspect", "keep_report", "lapsed_uploads", "lapsing", "longest", "read", "render_conversion", "reports_of",
    "retire", "revoke", "rotate", "safe_name", "saw", "scanner", "seen", "share", "shared_with", "shares_of", "store",
    "stream", "unnamed", "use", "verdicts", "versions",
]  # fmt: skip
