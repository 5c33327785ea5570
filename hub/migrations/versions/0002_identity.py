"""identity: see ../sql/0002_identity.sql."""

from hub.migrations.steps import run

revision = "0002"
down_revision = "0001"
upgrade = run("0002_identity")
