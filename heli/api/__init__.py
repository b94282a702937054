"""The JSON door: parse, call one service or query, shape the answer."""
