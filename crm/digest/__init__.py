"""The mail of pending consultations."""
