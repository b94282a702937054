"""What we ask of WeChat: `calls` by name, `errors` where it says no."""
