"""Writes of delegations, and of whoever belongs to a delegation or a meeting."""
