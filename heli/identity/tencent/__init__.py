"""Tencent Cloud's real-name checks for a browser, by its SDK."""
