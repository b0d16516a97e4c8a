"""How fast the CRM is at the size of many years: `python -m tests.bench` (`make bench`)."""
