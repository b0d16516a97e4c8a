"""What people type about organisations, people and their posts."""
