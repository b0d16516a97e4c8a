"""Likely duplicates: told while a name is typed, listed for review, marked as not the same."""
