"""What a person may type about a point under control."""
