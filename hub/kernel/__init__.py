"""What every module stands on. Knows no partner, no procedure, no page."""
