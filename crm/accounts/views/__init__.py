"""Pages of accounts: the door, sign-in, a person's own page."""
