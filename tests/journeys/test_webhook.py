"""Telegram in webhook mode: the same journeys as with polling."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.journeys.play import Play, Town, playing_in


@pytest.fixture
async def called(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """The town, with a service that Telegram calls."""
    secret = SecretStr("journey-secret_1")
    async with playing_in(town, tmp_path, telegram_mode="webhook", telegram_webhook_secret=secret) as ready:
        yield ready


async def test_there_and_back_again(called: Play) -> None:
    """Words, a removed number, buttons and an alarm by webhook."""
    await called.say("sam", "hi, ring me on 07700 900456")
    [text] = called.heard("alex")
    assert "900456" not in text
    await called.say("alex", "when?")
    await called.press("alex", "Sam")
    assert called.words("relay-mentee", "sam", name="Alex", words="when?") in called.heard("sam")
    await called.say("sam", "i want to die")
    heard = await called.press("morgan", "I have this")
    assert heard[-1] == called.words("alert-acknowledged", "morgan", name="Morgan", case="1")


async def test_what_came_while_the_service_was_away_arrives(called: Play) -> None:
    """Telegram calls again until the webhook answers; the order of one person's messages holds."""
    await called.stage.stop()
    for words in ("one", "two", "three"):
        called.send("sam", words)
    await called.stage.start()
    await called.settled()
    wanted = [called.words("relay-mentor", "alex", name="Sam", words=words) for words in ("one", "two", "three")]
    assert called.heard("alex") == wanted


async def test_pressed_buttons_are_answered(called: Play) -> None:
    """The little clock on a button stops: each press is answered."""
    await called.say("alex", "for whom?")
    await called.press("alex", "Sam")
    await called.world.changes.until(lambda: "answerCallbackQuery" in {call.method for call in called.world.calls})
