"""How cases end, and why an alarm was a false one."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a case ended."""

    REFERRED = "referred"
    SUPPORT_GIVEN = "support_given"
    FAMILY_INFORMED = "family_informed"
    NO_FURTHER_ACTION = "no_further_action"
    FALSE_ALARM = "false_alarm"


class FalseAlarm(StrEnum):
    """Why the words meant nothing of the kind."""

    IDIOM = "idiom"
    QUOTATION = "quotation"
    NOT_THEM = "not_them"
    OTHER = "other"
