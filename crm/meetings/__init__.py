"""Meetings: who took part, what was discussed."""
