"""A thousand forged and repeated pushes a second beside people who book."""
