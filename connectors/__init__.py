"""Connectors: one folder a partner; each speaks the partner's wire format and nothing else does."""
