"""Saying at a field what is wrong with what was typed."""

from typing import Any


def refuse(field: Any, message: str) -> bool:
    """Put ``message`` at ``field``; False, as the answer of a check."""
    field.errors = [*field.errors, message]
    return False
