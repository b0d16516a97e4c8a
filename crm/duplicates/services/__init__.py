"""Finding likely duplicates, and keeping what they are found by up to date."""
