"""access by entry: see ../sql/0018_access_entry.sql."""

from hub.migrations.steps import run

revision = "0018"
down_revision = "0012"
upgrade = run("0018_access_entry")
