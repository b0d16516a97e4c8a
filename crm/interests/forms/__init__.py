"""What people type about sector interests."""
