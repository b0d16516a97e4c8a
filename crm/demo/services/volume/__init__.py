"""A world of any size, made up: to see how the CRM bears the records of many years."""
