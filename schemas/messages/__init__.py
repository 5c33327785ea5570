"""Messages by capability, and the one table that names each of them on the wire."""

import msgspec

from schemas.messages import catalog, dossier, mail, payment, post, sector

BY_NAME: dict[str, type[msgspec.Struct]] = {
    "catalog.list-wanted.v1": catalog.ListWanted,
    "catalog.listed.v1": catalog.Listed,
    "catalog.procedure-wanted.v1": catalog.ProcedureWanted,
    "catalog.published.v1": catalog.Published,
    "dossier.sync.v1": dossier.Sync,
    "dossier.progress.v1": dossier.Progress,
    "dossier.view-wanted.v1": dossier.ViewWanted,
    "dossier.viewed.v1": dossier.Viewed,
    "sector.forwarded.v1": sector.Forwarded,
    "sector.supplemented.v1": sector.Supplemented,
    "sector.returned.v1": sector.Returned,
    "sector.processing.v1": sector.Processing,
    "sector.supplement-wanted.v1": sector.SupplementWanted,
    "sector.resumed.v1": sector.Resumed,
    "sector.fee-raised.v1": sector.FeeRaised,
    "sector.concluded.v1": sector.Concluded,
    "payment.init.v1": payment.Init,
    "payment.query.v1": payment.Query,
    "payment.voucher-wanted.v1": payment.VoucherWanted,
    "payment.initiated.v1": payment.Initiated,
    "payment.confirmed.v1": payment.Confirmed,
    "payment.voucher.v1": payment.Voucher,
    "post.order.v1": post.Order,
    "post.tracking-wanted.v1": post.TrackingWanted,
    "post.ordered.v1": post.Ordered,
    "post.tracked.v1": post.Tracked,
    "post.tracking-read.v1": post.TrackingRead,
    "mail.send.v1": mail.Send,
}
NAME_OF: dict[type[msgspec.Struct], str] = {kind: name for name, kind in BY_NAME.items()}
