"""Writing the trail, and taking back by it what was a slip; nothing here commits."""
