"""reporting: see ../sql/0012_reporting.sql."""

from hub.migrations.steps import run

revision = "0012"
down_revision = "0011"
upgrade = run("0012_reporting")
