"""Organisations, people and the appointments that tie them for a time."""
