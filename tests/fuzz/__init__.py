"""Fuzzing of `signing.verify`: hostile files in, a verdict out, within the limit. `make nightly` runs it for long."""
