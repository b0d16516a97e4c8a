"""The list of points under control: page, CSV and Excel file."""
