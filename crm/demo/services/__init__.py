"""Building the demo world."""
