"""Which door is the official one: the directory of ways to book, and the check for fakes."""
