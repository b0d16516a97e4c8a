"""Pages of points under control."""
