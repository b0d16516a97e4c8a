"""Reads of investment projects."""
