"""One file a command of `hub`."""
