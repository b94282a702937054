"""The divorce case: from the receipt to the certificate, the withdrawal or the lapse. Its clock."""
