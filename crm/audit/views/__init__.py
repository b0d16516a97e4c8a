"""Pages of the trail, and those every record or its parts share."""
