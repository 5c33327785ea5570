"""Where messages leave and enter: routes, relay, settling, intake, dispatch, parity."""
