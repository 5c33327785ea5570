"""kernel: see ../sql/0001_kernel.sql."""

from hub.migrations.steps import run

revision = "0001"
down_revision = None
upgrade = run("0001_kernel")
