"""Delegations, who came with them and what their programme is."""
