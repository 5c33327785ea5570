"""desks: see ../sql/0015_desks.sql."""

from hub.migrations.steps import run

revision = "0015"
down_revision = "0014"
upgrade = run("0015_desks")
