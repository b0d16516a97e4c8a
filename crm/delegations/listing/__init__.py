"""The list of delegations: page, CSV and Excel file."""
