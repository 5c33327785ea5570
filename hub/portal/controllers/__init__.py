"""One file per group of pages. Each handler names its guard, reads through the modules' faces and renders."""
