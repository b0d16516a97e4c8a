"""Writes of what is remembered of lists."""
