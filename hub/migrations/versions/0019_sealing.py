"""sealing: see ../sql/0019_sealing.sql."""

from hub.migrations.steps import run

revision = "0019"
down_revision = "0018"
upgrade = run("0019_sealing")
