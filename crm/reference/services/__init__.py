"""Writes of the reference data."""
