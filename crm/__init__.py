"""Seriktes: the register of bilateral investment relations of an akimat."""
