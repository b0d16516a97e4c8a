"""Writing the digest, and sending it to everybody."""
