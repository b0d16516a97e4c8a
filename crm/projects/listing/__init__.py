"""The list of projects: page, CSV and Excel file."""
