"""Making two records one, and undoing it; nothing here commits."""
