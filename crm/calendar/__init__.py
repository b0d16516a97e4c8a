"""Calendars of people: feeds, files of meetings, invitations."""
