"""Taking files in, keeping them and giving them out."""
