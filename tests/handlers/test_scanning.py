"""`telementor scan` judges as the relay does: the same messages sent for real come to the same words and findings."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


def _is_no_command(words: str) -> bool:
    return words.strip()[:1] not in {"/", "@"}


# Pieces of what the engines look for, what stands between them, and anything at all.
_PIECES = st.sampled_from(
    ["07700", "900 123", "oh double seven", "my number is", "ellie dot jones", "at gmail dot com", "add me on snap",
     "its", "ellie_xx1", "flat 3", "12 mill lane", "M1", "1AA", "i want to", "kill myself", "die", "im not going to",
     "lol jk", "dont tell anyone", "my dad", "hits me", "ring 0800 1111", "see you at 4", "in that game",
     "ok", "\u200b"]
)  # fmt: skip
# What comes in two messages, with up to so many others between as may or may not be too many for the window.
_SPLIT = st.sampled_from([("my number is 07700", "900123"), ("i want to", "kill myself"), ("07700", "900 123")])
_IN_TWO = st.tuples(_SPLIT, st.integers(0, 10)).map(lambda one: [one[0][0], *_CHAT[: one[1]], one[0][1]])
_WORDS = st.lists(_PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=_IN_TWO | st.lists(_WORDS.map(" ".join).filter(_is_no_command), min_size=1, max_size=12),
    side=st.sampled_from(["mentee", "mentor"]),
)
def test_whatever_is_said(quick: Town, content: Content, line: list[str], side: str) -> None:
    """Any messages one after the other: the record has the same findings and what was delivered, for each of them."""
    # Long enough that nothing of the example before is in the window.
    quick.clock.move(timedelta(hours=content.window.hours + 1))
    for words in line:
        quick.clock.move(timedelta(minutes=3))
        quick.receive(quick.inbound("Kim" if side == "mentee" else "Jo", words))
    record = [one for one in quick.record() if one.side == side][-len(line) :]
    judged = list(judge(line, "mentee" if side == "mentee" else "mentor", content))
    assert [one.original for one in record] == line
    for recorded, one in zip(record, judged, strict=True):
        assert recorded.delivered == one.delivered
        assert {(each.rule, each.start, each.end, each.severity) for each in recorded.findings} == {
            (each.finding.rule, each.finding.start, each.finding.end, each.finding.severity) for each in one.findings
        }


def _found(town: Town) -> set[tuple[str, int, int]]:
    """What stands in the record of the newest message that came in."""
    newest = [line for line in town.record() if line.side != "service"][-1]
    return {(one.rule, one.start, one.end) for one in newest.findings}
