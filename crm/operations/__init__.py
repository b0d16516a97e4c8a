"""Running the installation: the server, its health, lists as files."""
