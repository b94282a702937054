"""What people take with them: the voucher on paper and as a picture, the entry of a calendar."""
