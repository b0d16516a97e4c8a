"""Partner countries and their trade with the region."""
