"""The demo world, built from real cases."""
