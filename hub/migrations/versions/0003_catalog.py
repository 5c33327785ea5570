"""catalog: see ../sql/0003_catalog.sql."""

from hub.migrations.steps import run

revision = "0003"
down_revision = "0002"
upgrade = run("0003_catalog")
