"""The calls of WeChat's server API, as the official pages describe them."""
