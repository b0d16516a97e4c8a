"""Reports that are lists: page, CSV and Excel file."""
