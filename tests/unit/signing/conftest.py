"""One PKI for the whole run: its keys take a second to make."""

from pathlib import Path

import pytest

from signing import TrustStore
from signing.test_pki import Pki
from tests.unit.signing import makers


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder: Path = tmp_path_factory.mktemp("pki") / "pki"
    return Pki.load_or_create(folder, makers.NOW)


@pytest.fixture(scope="session")
def trust(pki: Pki) -> TrustStore:
    """Anchors, intermediates and the CRLs of the moment."""
    return pki.trust(makers.NOW)


@pytest.fixture(scope="session")
def rich_trust(pki: Pki) -> TrustStore:
    """The same with OCSP answers, as sealing long-term wants."""
    store = pki.trust(makers.NOW)
    pki.import_ocsp(store, makers.NOW)
    return store


@pytest.fixture(scope="session")
def sealed(pki: Pki) -> bytes:
    return makers.seal(makers.plain_pdf(), pki)
