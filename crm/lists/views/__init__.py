"""Lists of records as their readers have set them."""
