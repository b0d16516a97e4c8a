"""Lists of records: one declaration serves the page, the CSV and the Excel file."""
