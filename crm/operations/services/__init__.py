"""What running an installation needs."""
