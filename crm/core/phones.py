"""Phone numbers: kept as E.164, shown as people write them."""

import phonenumbers

HOME_REGION = "KZ"  # a number without a country code is one of ours: 8 (7232) 26-12-34


def e164(text: str) -> str | None:
    """The number people typed as E.164; None when it cannot be one, or has an extension.

    An extension has no place in E.164; dropping it unsaid would lose it.
    """
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_text(number: str | None) -> str:
    """An E.164 number in groups: +7 701 123 4567; what is none stays as it is, None is empty."""
    try:
        parsed = phonenumbers.parse(number or "", None)
    except phonenumbers.NumberParseException:
        return number or ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
