"""Pages of organisations, of people and of the posts people hold."""
