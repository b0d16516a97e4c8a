"""Pages of documents, and the files themselves."""
