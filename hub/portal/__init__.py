"""Citizen, one-stop and operator pages. Owns no table: everything comes from the other modules' faces."""

from hub.portal.compiled import static_file
from hub.portal.controllers.accounts import AccountPages
from hub.portal.controllers.checker import CheckerPages
from hub.portal.controllers.copies import CopyPages
from hub.portal.controllers.credentials import CredentialPages
from hub.portal.controllers.desk import DeskPages
from hub.portal.controllers.dossiers import DossierPages
from hub.portal.controllers.lookup import LookupPages
from hub.portal.controllers.operation import OperationPages
from hub.portal.controllers.papers import PaperPages
from hub.portal.controllers.payments import PaymentPages
from hub.portal.controllers.portfolio import TrustPages, VerdictPages
from hub.portal.controllers.proofs import ProofPages
from hub.portal.controllers.public import PublicPages
from hub.portal.controllers.seals import SealPages
from hub.portal.controllers.sharing import SharedPages, SharePages
from hub.portal.controllers.signing import SigningPages
from hub.portal.controllers.submissions import SubmissionPages
from hub.portal.controllers.tasks import TaskPages
from hub.portal.controllers.vault import VaultPages
from hub.portal.controllers.verification import VerificationPages
from hub.portal.oversight import Oversight
from hub.portal.web import SiteParts, site

PAGES = (
    PublicPages,
    AccountPages,
    LookupPages,
    SubmissionPages,
    DossierPages,
    PaymentPages,
    PaperPages,
    VaultPages,
    SharePages,
    SharedPages,
    VerificationPages,
    CheckerPages,
    ProofPages,
    DeskPages,
    TaskPages,
    SigningPages,
    CredentialPages,
    CopyPages,
    SealPages,
    OperationPages,
    VerdictPages,
    TrustPages,
    static_file,
)

__all__ = ["PAGES", "Oversight", "SiteParts", "site"]
