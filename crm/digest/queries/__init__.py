"""Reads of the digest: who gets it when, and what stands in it."""
