"""What was agreed: points under control, their executors and progress."""
