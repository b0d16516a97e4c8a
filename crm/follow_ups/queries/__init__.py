"""Reads of points under control, and what they say about a partner."""
