"""The views, one module per errand. Each parses, calls one service or query, and shapes a page."""
