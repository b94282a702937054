"""The rush at full length: every number that was promised, measured in one go."""
