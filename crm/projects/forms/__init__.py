"""What a person may type about an investment project."""
