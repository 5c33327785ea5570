"""renewal: see ../sql/0020_renewal.sql."""

from hub.migrations.steps import run

revision = "0020"
down_revision = "0019"
upgrade = run("0020_renewal")
