"""Names are compared and found across scripts."""

from crm.core.names.likeness import NameKind, alike
from crm.core.names.search import asked_words, search_words


def is_found(typed, text):
    words = search_words(text)
    return all(
        any(word.startswith(start) for word in words for start in any_of)
        for any_of in asked_words(typed)
    )


def test_a_name_is_found_in_the_other_script_and_by_its_beginning():
    assert is_found("кинне", "Ulrich Kinne")
    assert is_found("Saktag", "Нұрымбет Сақтағанов")
    assert is_found("ip-2026-00", "IP-2026-0001")
    assert not is_found("Кинне Ольга", "Ulrich Kinne")


def test_a_name_is_the_same_in_the_other_order():
    assert alike("Ulrich Kinne", "Kinne Ulrich", NameKind.PERSON).is_same
