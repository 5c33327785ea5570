"""From what the modules know to what pages show. Pure: the controllers read, the builders word it."""
