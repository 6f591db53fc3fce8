"""`telementor scan` judges as the relay does: the same messages sent for real come to the same words and findings."""

import pytest

from content.library import Content
from handlers.scanning import judge
from tests.handlers.town import Town

_CHAT = [f"how was school {number}" for number in range(15)]
# Its two pieces are too far apart for the window.
_APART = ["07700", *_CHAT, "900 123"]
_LINES = [
    _APART,
    ["my number is 07700", "hows u", "900", "123"],
    [*_CHAT, "call me on 07700", "900123", *_CHAT, "i dont want to", "be", "alive anymore"],
    ["can i tell you something", "you cant tell anyone", "my dad hits me"],
    ["ellie dot jones", "at gmail dot com", "see you at 4"],
    ["i want to die", "only joking", "im going to", "kill", "myself"],
    ["\u200b", "add me on snap", "ellie_xx1"],
]


@pytest.mark.parametrize("side", ["mentee", "mentor"])
@pytest.mark.parametrize("line", _LINES, ids=range(len(_LINES)))
def test_as_the_relay(quick: Town, content: Content, line: list[str], side: str) -> None:
    """Also of inputs that are longer than the window: message by message, each with what came before it."""
    name, other = ("Kim", "Jo") if side == "mentee" else ("Jo", "Kim")
    heard, found = [], []
    for words in line:
        quick.receive(quick.inbound(name, words))
        heard.append([text.removeprefix(f"{name}: ") for text in quick.heard(other) if text.startswith(f"{name}: ")])
        found.append(_found(quick))
    judged = list(judge(line, "mentee" if side == "mentee" else "mentor", content))
    # Of words of which nothing can be seen nothing is passed on.
    assert heard == [[one.delivered] if (one.delivered or "").strip() else [] for one in judged]
    places = [{(one.finding.rule, one.finding.start, one.finding.end) for one in each.findings} for each in judged]
    assert found == places
    assert any(places) is (line is not _APART)


def _found(town: Town) -> set[tuple[str, int, int]]:
    """What stands in the record of the newest message that came in."""
    newest = [line for line in town.record() if line.side != "service"][-1]
    return {(one.rule, one.start, one.end) for one in newest.findings}
