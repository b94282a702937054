"""The mini program: what its files hold, and the server its own tests talk to."""
