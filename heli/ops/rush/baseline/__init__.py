"""What Heli is compared with: the same booking in the usual Django view, with SELECT FOR UPDATE."""
