"""Phone numbers: kept as E.164, shown as people write them."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

HOME_REGION = "KZ"  # a number without a country code is one of ours: 8 (7232) 26-12-34


def e164(text: str, region: str = HOME_REGION) -> str | None:
    """The number people typed as E.164; None when it cannot be one, or has an extension.

    Without a country code it is one of ``region`` (ISO 3166 alpha-2), but for «8 7…»: guests who
    live here write their numbers so too. An extension has no place in E.164; dropping it unsaid
    would lose it.
    """
    ours = _parsed(text, HOME_REGION)
    is_ours = ours is not None and text.startswith("8") and phonenumbers.is_valid_number(ours)
    number = ours if is_ours else _parsed(text, region)
    if number is None or number.extension:
        return None
    # A guessed country must fit well; with its code even a number of a new range is believed.
    is_sure = text.startswith("+") or phonenumbers.is_valid_number(number)
    if not is_sure or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def phone_text(number: str | None) -> str:
    """An E.164 number in groups: +7 701 123 4567; what is none stays as it is, None is empty."""
    parsed = _parsed(number or "", None)
    if parsed is None:
        return number or ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def national_digits(number: str) -> str | None:
    """An E.164 number as it is dialled inside its country, without a leading 8 or 0; None for what
    is none.
    """
    parsed = _parsed(number, None)
    return None if parsed is None else str(parsed.national_number)


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None
