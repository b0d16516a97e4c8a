"""A person's desk: what they owe, and what is due this week."""
