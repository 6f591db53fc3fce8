"""Phone numbers as people type them."""

import phonenumbers

from handlers.errors import Refused

_BAD = "That isn't a phone number that can be texted. Write it like 07700 900123 or +44 7700 900123."
# Numbers without a country code are British ones.
_REGION, _COUNTRY = "GB", 44
# Digits after the country code of every British mobile number (Ofcom, "National Telephone Numbering Plan", S7).
_MOBILE_DIGITS = 10


def to_e164(typed: str) -> str:
    """A phone number in E.164 ("+447700900123"). Raises `Refused` for anything else.

    Judged by its length only: the library's list of numbers in use is always behind.
    """
    try:
        number = phonenumbers.parse(typed, _REGION)
    except phonenumbers.NumberParseException:
        raise Refused(_BAD) from None
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    short = number.country_code == _COUNTRY and len(str(number.national_number)) != _MOBILE_DIGITS
    if not possible or short or number.extension:
        raise Refused(_BAD)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """What may be shown of a number: enough to see that it is the right one."""
    return f"…{number[-3:]}"
