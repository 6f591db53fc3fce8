"""What Twilio's errors mean for a message, at the send or later in a report.

Numbers: Twilio docs, "Error and Warning Dictionary".
"""

from collections.abc import Mapping

from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from bot.channels.base import SendFailed
from bot.channels.sms_http import AnswerLost, ConnectFailed
from handlers.events import Fate

# A number that isn't in the table says nothing about the next message: it is given up, and people are told.
_FATES: Mapping[int, Fate] = {
    # Faults in the settings or the account: they must lose no message, so it waits until they are mended.
    20003: Fate.RETRY,  # account or token not accepted
    20005: Fate.RETRY,  # account not active
    20404: Fate.RETRY,  # no such account
    21212: Fate.RETRY,  # sender's number not valid
    21603: Fate.RETRY,  # no sender given
    21606: Fate.RETRY,  # sender's number can't send texts
    21659: Fate.RETRY,  # sender's number isn't one of the account
    21701: Fate.RETRY,  # no such Messaging Service
    21703: Fate.RETRY,  # the Messaging Service has no sender
    30002: Fate.RETRY,  # account suspended
    # Too much at once.
    20429: Fate.RETRY,  # too many requests
    21611: Fate.RETRY,  # the sender's queue is full
    30001: Fate.RETRY,  # the queue ran over
    30022: Fate.RETRY,  # faster than the carrier allows
    # The telephone or its network.
    30003: Fate.RETRY,  # handset off or out of reach
    30017: Fate.RETRY,  # carrier's network is busy
    30008: Fate.RETRY_ONCE,  # unknown error
    30007: Fate.GIVE_UP,  # filtered by the carrier
    30036: Fate.GIVE_UP,  # its ValidityPeriod is over
    21211: Fate.GONE,  # not a phone number
    21614: Fate.GONE,  # not a mobile number
    30004: Fate.GONE,  # blocked
    30005: Fate.GONE,  # unknown or no longer in use
    30006: Fate.GONE,  # landline, or a carrier that can't be reached
    # The person wrote STOP to this sender.
    21610: Fate.OPTED_OUT,
}
# Twilio answers, but there is too much at once, or the telephone is to blame.
_NO_SILENCE = {f"twilio:{code}" for code in (429, 20429, 21611, 30001, 30003, 30008, 30017, 30022)}


def fate_of(code: int) -> Fate:
    """What one of Twilio's error numbers means for the message that it is about."""
    return _FATES.get(code, Fate.GIVE_UP)


def send_failed(error: Exception) -> SendFailed:
    """Bring any error of a call down to what the sender needs to know. The error's own text is left behind."""
    match error:
        case TwilioRestException() | TwilioServiceException():
            return _by_code(_number(error.status), _number(error.code))
        case ConnectFailed():
            return SendFailed("network", retry=True)
        case AnswerLost():
            return SendFailed("timeout", retry=True, maybe_sent=True)
    return SendFailed("twilio:answer", retry=True, maybe_sent=True)


def _by_code(status: int, code: int) -> SendFailed:
    fate = fate_of(code)
    if fate is Fate.GIVE_UP and (status in {401, 429} or status >= 500):
        fate = Fate.RETRY
    return SendFailed(
        f"twilio:{code or status}",
        # At the send even an unknown error is no more than one answer: the number of tries bounds it.
        retry=fate in {Fate.RETRY, Fate.RETRY_ONCE},
        unreachable=fate is Fate.GONE,
        opted_out=fate is Fate.OPTED_OUT,
    )


def _number(value: object) -> int:
    """Status and code come from the answer's JSON, which may hold anything."""
    return value if isinstance(value, int) else 0


def is_silence(failure: SendFailed) -> bool:
    """Whether a failure says something about the provider (or the account) rather than about the message."""
    return failure.retry and failure.code not in _NO_SILENCE
