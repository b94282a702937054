"""`heli bench rush`: bookings under load, and what the same machine does otherwise."""
