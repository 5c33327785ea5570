"""What every connector stands on: the bus, the runner, errors that mean actions, ports to the hub."""
