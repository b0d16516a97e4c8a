"""Pages of the reference lists."""
