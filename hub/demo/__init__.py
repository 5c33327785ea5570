"""The demonstration: a province's accounts, one journey over HTTP, and the check that every partner agrees."""
