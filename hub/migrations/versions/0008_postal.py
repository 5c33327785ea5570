"""postal: see ../sql/0008_postal.sql."""

from hub.migrations.steps import run

revision = "0008"
down_revision = "0007"
upgrade = run("0008_postal")
