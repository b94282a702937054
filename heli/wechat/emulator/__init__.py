"""WeChat and Tencent Cloud on this machine: an HTTP server that behaves as documented.

Tests, the demo and developers talk to it. It checks what the real ones check, by code of its own:
nothing here uses the client's cryptography, so that a fault on one side shows on the other. It
needs no Django and no database; all it knows is in memory and about nobody real.
"""
