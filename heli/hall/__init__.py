"""The hall of an office: who is on duty, who has come, whose turn it is, what came of it."""
