"""What a person may type about a list and about many records of it at once."""
