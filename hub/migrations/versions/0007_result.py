"""result: see ../sql/0007_result.sql."""

from hub.migrations.steps import run

revision = "0007"
down_revision = "0006"
upgrade = run("0007_result")
