"""Counting segments (3GPP TS 23.038)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.sms import is_gsm, segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # A character of two septets isn't cut: 152 and then a euro goes over to the next part.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("£é@ñ" * 40, 1),
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments(text: str, count: int) -> None:
    """Segments at the edges of each alphabet."""
    assert segments(text) == count


def test_gsm_alphabet() -> None:
    """Straight quotes and the euro are in it, curly quotes and dashes aren't."""
    assert is_gsm("it's 5€ [ok]")
    assert not is_gsm("it’s")
    assert not is_gsm("a – b")


@given(st.text(max_size=400), st.text(max_size=50))
def test_longer_text_never_takes_fewer_segments(text: str, more: str) -> None:
    """Adding characters adds segments or none."""
    assert segments(text) <= segments(text + more)
