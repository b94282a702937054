"""The `heli` command: demo, serve, migrate, load, doctor."""
