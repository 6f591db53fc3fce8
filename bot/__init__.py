"""The edges and the wiring: settings, channels, web endpoints, the sender, the command line."""
