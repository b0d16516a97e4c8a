"""What a person may type about a delegation, and about whoever belongs to one or to a meeting."""
