"""Splitting: a long text in parts that a channel takes."""

import pytest
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


def test_more_options_than_fit() -> None:
    """However many options there are, the splitting ends; half of the room is always the text's."""
    many = tuple(Option("x" * 40, "x") for _ in range(100))
    assert [len(part) for part in split_text(Channel.SMS, "y" * 1000, many)] == [800, 200]


def test_options_are_numbered() -> None:
    """Where there are no buttons each option is a line with its number."""
    assert rendered_options((Option("Yes", "a"), Option("No", "b"))) == "\n1 Yes\n2 No"
