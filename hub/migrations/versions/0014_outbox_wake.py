"""waking relays by name: see ../sql/0014_outbox_wake.sql."""

from hub.migrations.steps import run

revision = "0014"
down_revision = "0013"
upgrade = run("0014_outbox_wake")
