"""A couple's place: taken, agreed to by both, proven by a voucher, moved, given back."""
