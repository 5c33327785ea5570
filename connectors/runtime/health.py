"""`python -m connectors.runtime.health QUEUE`: ends with 0 while somebody takes from the queue. For health checks."""

import asyncio
import os
import sys

from connectors.runtime.rabbit import CONNECTION_ERRORS, consumers_of


def main() -> int:
    """Reads AMQP_URL; says why when it ends with 1."""
    queue = sys.argv[1]
    try:
        taking = asyncio.run(consumers_of(os.environ["AMQP_URL"], queue))
    except CONNECTION_ERRORS as error:
        sys.stderr.write(f"{queue}: không tới được RabbitMQ / no broker: {error}\n")
        return 1
    if not taking:
        sys.stderr.write(f"{queue}: không ai nhận / nobody takes from it\n")
    return 0 if taking else 1


if __name__ == "__main__":
    sys.exit(main())
