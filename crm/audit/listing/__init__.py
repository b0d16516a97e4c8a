"""How the trail is read by people: values, entries, and the list of all of them."""
