"""Time slots: generated from an office's rules, released at its hour, with so many places each."""
