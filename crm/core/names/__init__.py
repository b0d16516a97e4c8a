"""Names across scripts: the words a text is found by, and how alike two names are."""
