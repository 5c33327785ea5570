"""proof: see ../sql/0015_proof.sql."""

from hub.migrations.steps import run

revision = "0015"
down_revision = "0012"
upgrade = run("0015_proof")
