"""What every room stands on: clock, events and outbox, due work, refusals, configuration."""
