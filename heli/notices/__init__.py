"""What is sent to whom and when, and the senders. Nothing ever goes to a person merely named."""
