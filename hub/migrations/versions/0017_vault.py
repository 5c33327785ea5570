"""vault: see ../sql/0017_vault.sql."""

from hub.migrations.steps import run

revision = "0017"
down_revision = "0016"
upgrade = run("0017_vault")
