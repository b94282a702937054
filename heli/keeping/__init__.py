"""What is kept of people: how long, on what word; given out to them, and erased."""
