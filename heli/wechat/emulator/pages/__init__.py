"""What people see: the page that asks for an account, the telephone of the demo, and the script
that stands in for WeChat's in a page."""
