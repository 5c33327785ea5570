"""What pages show: frozen structs of finished words, built from the modules' faces. A template decides nothing."""
