"""The law as pure functions and data: no Django, no clock, no database, no environment."""
