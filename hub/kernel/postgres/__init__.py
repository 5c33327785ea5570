"""PostgreSQL for one machine: a real server from a wheel, started and stopped by this process."""

from hub.kernel.postgres.binaries import PostgresBinaries, PostgresUnavailable
from hub.kernel.postgres.launcher import EmbeddedPostgres, running_dsn

__all__ = ["EmbeddedPostgres", "PostgresBinaries", "PostgresUnavailable", "running_dsn"]
