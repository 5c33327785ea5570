"""workflow: see ../sql/0005_workflow.sql."""

from hub.migrations.steps import run

revision = "0005"
down_revision = "0004"
upgrade = run("0005_workflow")
