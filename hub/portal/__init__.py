"""Citizen, one-stop and operator pages. Owns no table: everything comes from the other modules' faces."""
