"""Running the installation: server, health, backups, the doctor, and lists as files."""
