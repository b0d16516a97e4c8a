"""Pages of the digest: one's own, every delivery, and turning it off by a link."""
