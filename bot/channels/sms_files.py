"""Files of an MMS: fetched from our own account at Twilio, or from where Twilio itself keeps them."""

import re
from urllib.parse import urlsplit

from bot.channels.base import FetchFailed
from bot.channels.sms_http import TwilioHttp

# Twilio docs, "Media resource": below the account's messages.
_PATH = r"/2010-04-01/Accounts/{account}/Messages/[A-Za-z0-9]{{1,64}}/Media/[A-Za-z0-9]{{1,64}}"
# Where Twilio sends those who ask for a file.
_KEPT_AT = ".twiliocdn.com"


async def fetch(http: TwilioHttp, url: str, limit: int, *, api_url: str, account: str, auth: tuple[str, str]) -> bytes:
    """Fetch a file of `account`. The password goes to `api_url` and nowhere else. Raises `FetchFailed`."""
    if not is_ours(url, api_url, account):
        raise FetchFailed("media:host", retry=False)
    found = await http.download(url, limit, auth=auth)
    if isinstance(found, bytes):
        return found
    if not is_kept_by_twilio(found):
        raise FetchFailed("media:redirect", retry=False)
    found = await http.download(found, limit)
    if isinstance(found, str):
        raise FetchFailed("media:redirect", retry=False)
    return found


def is_ours(url: str, api_url: str, account: str) -> bool:
    """Whether an address is a file of our account at Twilio's own host, and nothing else stands in it."""
    path = re.escape(api_url) + _PATH.format(account=re.escape(account))
    return re.fullmatch(path, url) is not None


def is_kept_by_twilio(url: str) -> bool:
    """Whether a redirect leads to Twilio's own store, over https."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(_KEPT_AT) and port in {None, 443} and "@" not in parts.netloc
