"""notification: see ../sql/0009_notification.sql."""

from hub.migrations.steps import run

revision = "0009"
down_revision = "0008"
upgrade = run("0009_notification")
