"""Investment projects: what they cost, who takes part, how far they are."""
