"""People who sign in: users, departments, sign-in and their own page."""
