"""sealing: see ../sql/0017_sealing.sql."""

from hub.migrations.steps import run

revision = "0017"
down_revision = "0012"
upgrade = run("0017_sealing")
