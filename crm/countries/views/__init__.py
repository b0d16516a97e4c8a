"""Pages of countries and of the trade with them."""
