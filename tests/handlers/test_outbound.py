"""Splitting: a long text in parts that a channel takes."""

from itertools import accumulate

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from handlers.events import Channel
from handlers.outbound import Option, rendered_options, split_text, text_length, text_limit

_CHANNELS = st.sampled_from(list(Channel))
# Long enough to be cut, with blanks, newlines and characters of two UTF-16 units.
_TEXTS = st.one_of(
    st.text(max_size=100),
    st.builds(
        lambda piece, times, end: piece * times + end,
        st.text(alphabet="ab \n😀é", min_size=1, max_size=40),
        st.integers(1, 400),
        st.text(max_size=20),
    ),
)
_OPTIONS = st.lists(st.builds(Option, st.text(max_size=40), st.just("x")), max_size=15).map(tuple)


@given(_CHANNELS, _TEXTS, _OPTIONS)
def test_parts_are_the_text(channel: Channel, text: str, options: tuple[Option, ...]) -> None:
    """Joined, the parts are the text; each fits; none is empty; the last leaves room for options that are written."""
    parts = split_text(channel, text, options)
    assert "".join(parts) == text
    assert parts
    assert all(parts) or not text
    assert all(text_length(channel, part) <= text_limit(channel) for part in parts)
    written = rendered_options(options) if channel is Channel.SMS else ""
    assert len(parts[-1]) + len(written) <= text_limit(channel) or channel is Channel.TELEGRAM
    # No part ends with the first half of a pair: each can be written on its own.
    assert [part.encode("utf-16-le").decode("utf-16-le") for part in parts] == parts


@pytest.mark.parametrize(
    ("channel", "text", "lengths"),
    [
        (Channel.SMS, "", [0]),
        (Channel.SMS, "x" * 1600, [1600]),
        (Channel.SMS, "x" * 1601, [1600, 1]),
        (Channel.TELEGRAM, "x" * 4096, [4096]),
        (Channel.TELEGRAM, "x" * 4097, [4096, 1]),
        # 4,097 units: the last character doesn't fit whole.
        (Channel.TELEGRAM, "x" * 4095 + "😀", [4095, 1]),
        (Channel.TELEGRAM, "😀" * 2049, [2048, 1]),
        # At the last blank, which stays with what stands before it.
        (Channel.SMS, "x" * 1590 + " " + "y" * 20, [1591, 20]),
        (Channel.SMS, "x" * 1590 + "\n" + "y" * 20, [1591, 20]),
        # A blank in the first half isn't worth it.
        (Channel.SMS, "x" * 100 + " " + "y" * 1600, [1600, 101]),
    ],
)
def test_where_a_text_is_cut(channel: Channel, text: str, lengths: list[int]) -> None:
    """At the limit, at a blank where there is one near it, never inside a character."""
    assert [len(part) for part in split_text(channel, text)] == lengths


# What is read as one character: an emoji of seven code points, a flag, letters with accents of their own, Hangul parts.
_CLUSTERS = ["👩🏽\u200d❤️\u200d👨🏿", "🇬🇧", "e\u0301\u0323", "각", "क्षि", "\r\n", "👍🏾", "a", " ", "é"]


@given(_CHANNELS, st.lists(st.sampled_from(_CLUSTERS), min_size=1, max_size=30), st.integers(1, 300))
def test_no_part_cuts_a_character(channel: Channel, pieces: list[str], times: int) -> None:
    """Every cut lies between two grapheme clusters, whatever these are made of."""
    text = "".join(pieces) * times
    between, place = {0}, 0
    for cluster in regex.findall(r"\X", text):
        place += len(cluster)
        between.add(place)
    parts = split_text(channel, text)
    assert set(accumulate(map(len, parts))) <= between
    assert "".join(parts) == text


def test_a_character_longer_than_a_part_is_cut() -> None:
    """A letter under thousands of accents ends all the same."""
    text = "a" + "\u0301" * 5000
    assert [len(part) for part in split_text(Channel.TELEGRAM, text)] == [4096, 905]


@pytest.mark.parametrize(
    ("words", "link", "first"),
    [
        # Half a link leads nowhere: it moves over, though the blank before it stands far ahead.
        ("x" * 600 + " ", "https://example.org/" + "a" * 1200, 601),
        ("x" * 600 + " ", "(www.example.org/" + "a" * 1200 + ")", 601),
        ("x" * 600 + "\n", "someone@" + "a" * 1200 + ".example.org", 601),
        # An ordinary long word doesn't.
        ("x" * 600 + " ", "b" * 1200, 1600),
        # Without a blank there is nothing else to do.
        ("", "https://example.org/" + "a" * 1700, 1600),
    ],
)
def test_links_stay_whole(words: str, link: str, first: int) -> None:
    """A part ends before a link or an e-mail address that doesn't fit into it any more."""
    parts = split_text(Channel.SMS, words + link)
    assert len(parts[0]) == first
    assert "".join(parts) == words + link


def test_more_options_than_fit() -> None:
    """However many options there are, the splitting ends; half of the room is always the text's."""
    many = tuple(Option("x" * 40, "x") for _ in range(100))
    assert [len(part) for part in split_text(Channel.SMS, "y" * 1000, many)] == [800, 200]


def test_options_are_numbered() -> None:
    """Where there are no buttons each option is a line with its number."""
    assert rendered_options((Option("Yes", "a"), Option("No", "b"))) == "\n1 Yes\n2 No"
