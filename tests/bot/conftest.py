"""Fixtures of the tests of the edges."""

from collections.abc import Iterator
from functools import cache

import pytest

from bot import bootstrap
from content.library import load_content


@pytest.fixture(scope="session", autouse=True)
def _content_read_once() -> Iterator[None]:
    """Read the content of each folder once for all services of this process: it is most of what a start takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "load_content", cache(load_content))
        yield
