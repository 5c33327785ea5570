"""portfolio: see ../sql/0018_portfolio.sql."""

from hub.migrations.steps import run

revision = "0018"
down_revision = "0017"
upgrade = run("0018_portfolio")
