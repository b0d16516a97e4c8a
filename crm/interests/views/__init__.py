"""Pages of sector interests."""
