"""Lists as each reader has set them: columns, saved views, files taken, changes of many at once."""
