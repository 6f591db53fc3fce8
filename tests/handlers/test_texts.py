"""Everything that the code says is there to be said, in every language."""

import pytest

from content.library import Content
from handlers.events import Channel
from handlers.outbound import Option, rendered_options, text_limit
from storage.ids import IdMaker
from tests.handlers.said import Saying, sayings

_SAID = sorted(sayings(), key=lambda saying: (saying.key, saying.place))


def test_the_texts_are_found() -> None:
    """The reading of the source finds texts of each way of naming them."""
    keys = {saying.key for saying in _SAID}
    assert {"crisis", "relay-mentor", "category-scan_failed", "match-paused-told", "alert-sms", "alert-repeat"} <= keys
    assert {"stop-coordinator", "stopped", "log-kind-letter", "kind-url", "consent-ask-sms", "held-notice"} <= keys


@pytest.mark.parametrize("saying", _SAID, ids=lambda saying: f"{saying.key}@{saying.place}")
def test_a_text_can_be_said(content: Content, saying: Saying) -> None:
    """Each text that the code names is there in every language, with no variable that the code doesn't pass."""
    for language in content.texts.languages():
        text = content.texts.say(saying.key, language, **dict.fromkeys(saying.values, "x"))
        assert text.strip()


def test_labels_fit_and_differ(content: Content) -> None:
    """In every language labels have at most 40 characters, and no two of one question are the same, in any case."""
    for language in content.texts.languages():
        for keys in (("option-yes", "option-no"), ("option-have-this",), ("choose-cancel",)):
            labels = [content.texts.say(key, language) for key in keys]
            assert all(0 < len(label) <= 40 for label in labels)
            assert len({label.casefold() for label in labels}) == len(labels)


def test_button_data_fits() -> None:
    """The longest data of a button has at most 64 bytes (Telegram Bot API, InlineKeyboardButton)."""
    newest = IdMaker()()
    assert len(f"to:{max(newest, 2**63 - 1)}:{2**63 - 1}".encode()) <= 64


def test_a_list_of_mentees_fits_an_sms() -> None:
    """Twenty mentees with the longest names still leave half of a text message."""
    options = tuple(Option("x" * 30, "x") for _ in range(20))
    assert len(rendered_options(options)) < text_limit(Channel.SMS) / 2
