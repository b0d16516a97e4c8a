"""Reads of likely duplicates."""
