"""What the hub and its connectors say to each other: envelopes and messages. Imports msgspec only."""
