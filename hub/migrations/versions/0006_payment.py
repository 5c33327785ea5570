"""payment: see ../sql/0006_payment.sql."""

from hub.migrations.steps import run

revision = "0006"
down_revision = "0005"
upgrade = run("0006_payment")
