"""Points under control and their parts."""
