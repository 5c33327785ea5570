"""desks: see ../sql/0013_desks.sql."""

from hub.migrations.steps import run

revision = "0013"
down_revision = "0012"
upgrade = run("0013_desks")
