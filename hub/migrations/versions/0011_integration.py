"""integration: see ../sql/0011_integration.sql."""

from hub.migrations.steps import run

revision = "0011"
down_revision = "0010"
upgrade = run("0011_integration")
