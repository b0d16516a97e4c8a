"""Sectors, districts and departments' lists that records refer to."""
