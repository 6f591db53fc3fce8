"""Reading a file from a provider: never more of it than is allowed, and never an address in an error."""

from collections.abc import Mapping

import aiohttp

from bot.channels.base import FetchFailed

_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Too early, too many or not now: what may be another answer the next time.
_LATER = frozenset({408, 425, 429})


async def download(
    session: aiohttp.ClientSession, url: str, limit: int, *, headers: Mapping[str, str] | None = None
) -> bytes | str:
    """Read at most `limit` bytes of what stands at an address; a redirect isn't followed, its target is returned.

    Raises `FetchFailed`: for good when it is too large or the provider refuses it, to be tried again for the rest.
    """
    try:
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status in _REDIRECTS:
                return response.headers.get("Location", "")
            if response.status != 200:
                again = response.status >= 500 or response.status in _LATER
                raise FetchFailed(f"media:{response.status}", retry=again)
            return await _read(response, limit)
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise FetchFailed("media:network", retry=True) from None


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise FetchFailed("media:too_large", retry=False)
    found = bytearray()
    # What the header says isn't believed either.
    async for chunk in response.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > limit:
            raise FetchFailed("media:too_large", retry=False)
    return bytes(found)
