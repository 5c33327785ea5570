"""vault: see ../sql/0004_vault.sql."""

from hub.migrations.steps import run

revision = "0004"
down_revision = "0003"
upgrade = run("0004_vault")
