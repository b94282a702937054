"""Personal data sealed at rest, found again by a keyed blind index; keys outside the database."""
