"""Fixtures of the tests of the edges."""

from collections.abc import Iterator

import pytest

from bot import bootstrap
from bot.cli import check, init, scan
from tests.shipped import content_once, content_opened_once


@pytest.fixture(scope="session", autouse=True)
def _content_read_once() -> Iterator[None]:
    """Leave out of the commands and services of this process what takes most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (bootstrap, check, init, scan):
            patch.setattr(module, "load_content", content_once)
        patch.setattr(bootstrap, "open_content", content_opened_once)
        yield
