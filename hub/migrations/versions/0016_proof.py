"""proof: see ../sql/0016_proof.sql."""

from hub.migrations.steps import run

revision = "0016"
down_revision = "0015"
upgrade = run("0016_proof")
