"""Two records of one person or organisation made one, and apart again."""
