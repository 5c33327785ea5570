"""portfolio: see ../sql/0016_portfolio.sql."""

from hub.migrations.steps import run

revision = "0016"
down_revision = "0012"
upgrade = run("0016_portfolio")
