"""What makes the addresses, the files and the invitations of calendars."""
