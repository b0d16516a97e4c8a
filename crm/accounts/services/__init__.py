"""Passwords, sessions, the throttle, changes of users, and the letters that follow them."""
