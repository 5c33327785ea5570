"""The provincial portal and one-stop core."""
