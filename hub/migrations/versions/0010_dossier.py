"""dossier: see ../sql/0010_dossier.sql."""

from hub.migrations.steps import run

revision = "0010"
down_revision = "0009"
upgrade = run("0010_dossier")
