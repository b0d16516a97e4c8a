"""Files attached to records: what they hold is looked at, and who sees the record sees them."""
