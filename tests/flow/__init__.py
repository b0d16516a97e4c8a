"""How many steps and seconds the commonest jobs take: ``python -m tests.flow``."""
