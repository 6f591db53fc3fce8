"""What Twilio's errors mean for a message that was to be sent. Numbers: Twilio docs, "Error and Warning Dictionary"."""

from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from bot.channels.base import SendFailed
from bot.channels.sms_http import AnswerLost, ConnectFailed

# The person wrote STOP to this sender.
_OPTED_OUT = 21610
_UNREACHABLE = frozenset(
    {
        21211,  # not a phone number
        21614,  # not a mobile number
        30003,  # handset unreachable
        30004,  # blocked
        30005,  # unknown or no longer in use
        30006,  # landline, or a carrier that can't be reached
    }
)
# Faults in the settings or the account: they must lose no message, so it waits until they are mended.
_MISCONFIGURED = frozenset(
    {
        20003,  # account or token not accepted
        20005,  # account not active
        20404,  # no such account
        21212,  # sender's number not valid
        21603,  # no sender given
        21606,  # sender's number can't send texts
        21659,  # sender's number isn't one of the account
        21701,  # no such Messaging Service
        21703,  # the Messaging Service has no sender
    }
)
_TOO_MANY = 20429


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
    name = f"twilio:{code or status}"
    if code == _OPTED_OUT:
        return SendFailed(name, retry=False, opted_out=True)
    if code in _UNREACHABLE:
        return SendFailed(name, retry=False, unreachable=True)
    passing = status == 429 or status >= 500 or code == _TOO_MANY
    return SendFailed(name, retry=passing or status == 401 or code in _MISCONFIGURED)


def _number(value: object) -> int:
    """Status and code come from the answer's JSON, which may hold anything."""
    return value if isinstance(value, int) else 0


def is_silence(failure: SendFailed) -> bool:
    """Whether a failure says something about the provider (or the account) rather than about the message."""
    return failure.retry and failure.code not in {"twilio:20429", "twilio:429"}
