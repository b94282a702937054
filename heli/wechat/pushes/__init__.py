"""What WeChat pushes to us: read, told apart from forgeries and repetitions, and answered."""
