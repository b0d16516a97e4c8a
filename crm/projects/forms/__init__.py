"""What people type about investment projects."""
