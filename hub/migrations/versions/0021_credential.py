"""credential: see ../sql/0021_credential.sql."""

from hub.migrations.steps import run

revision = "0021"
down_revision = "0020"
upgrade = run("0021_credential")
