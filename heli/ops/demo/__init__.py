"""The demo world: fictional offices, fictional people, and the story told through the API."""
