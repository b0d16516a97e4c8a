"""Reports: the list for the planning meeting, and how deadlines are kept."""
