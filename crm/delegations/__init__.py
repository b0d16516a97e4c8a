"""Visiting groups and who came with them."""
