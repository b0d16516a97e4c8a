"""Reads of sector interests."""
