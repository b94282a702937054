"""Regions, offices, what they offer, when they open, by which rules they take bookings."""
