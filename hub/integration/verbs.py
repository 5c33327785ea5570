"""Which inbound message calls which verb: one table."""

from functools import partial

from hub import catalog, dossier, payment, postal
from hub.integration import answers, parity, schedules
from hub.integration.dispatch import Table, Verb
from hub.kernel.signatures import Checker
from schemas.messages import catalog as procedures
from schemas.messages import dossier as wire
from schemas.messages import payment as money
from schemas.messages import post, sector


def verbs(checker: Checker) -> Table:
    """`checker` verifies the signatures of results and vouchers before they count."""
    table: dict[type, Verb] = {
        procedures.Listed: schedules.procedures_listed,
        procedures.Published: catalog.published,
        sector.Processing: dossier.progressed,
        sector.SupplementWanted: dossier.supplement_wanted,
        sector.Resumed: dossier.resumed,
        sector.FeeRaised: dossier.fee_raised,
        sector.Concluded: partial(dossier.concluded, checker=checker),
        money.Initiated: payment.initiated,
        money.Confirmed: answers.confirmed,
        money.Voucher: partial(answers.voucher, checker=checker),
        post.Ordered: postal.ordered,
        post.Tracked: postal.tracked,
        post.TrackingRead: schedules.tracking_read,
        wire.Viewed: parity.viewed,
    }
    return table
