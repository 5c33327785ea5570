"""renewal_told: see ../sql/0022_renewal_told.sql."""

from hub.migrations.steps import run

revision = "0022"
down_revision = "0021"
upgrade = run("0022_renewal_told")
