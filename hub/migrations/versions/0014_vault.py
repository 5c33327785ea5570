"""vault: see ../sql/0014_vault.sql."""

from hub.migrations.steps import run

revision = "0014"
down_revision = "0012"
upgrade = run("0014_vault")
