"""Forms of the reference data."""
