"""Pages of investment projects."""
