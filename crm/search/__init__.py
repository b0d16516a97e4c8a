"""Search over every kind of record: the index, the page, what is suggested while one types."""
