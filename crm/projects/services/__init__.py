"""Writes of investment projects."""
