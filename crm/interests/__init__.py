"""Which partner is interested in which sector, how strongly."""
