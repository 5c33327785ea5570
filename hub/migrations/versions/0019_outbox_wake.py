"""waking relays by name: see ../sql/0019_outbox_wake.sql."""

from hub.migrations.steps import run

revision = "0019"
down_revision = "0018"
upgrade = run("0019_outbox_wake")
