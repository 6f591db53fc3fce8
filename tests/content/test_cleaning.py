"""What may be delivered."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.cleaning import clean, is_blank
from content.folding import plain_character, word_character

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hi, how are you?\n\tfine",
        "café naïve Zoë",
        "👨‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 👍🏽",
        "مرحبا كيف حالك",
        "می‌خواهم",
        "नमस्ते क्षत्रिय",
        "שָׁלוֹם",
        "Việt Nam",
        "cafe\u0301",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Emoji, accents and the scripts of the world are delivered as they were written."""
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b", "ab"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\ud800b", "ab"),
        ("a\u202eb\u2066c", "abc"),
        ("0\u200b7\ufeff7", "077"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("z" + "\u0301" * 50 + "a", "z\u0301\u0301\u0301a"),
    ],
)
def test_what_breaks_a_message_goes(text: str, cleaned: str) -> None:
    """Controls, halves of surrogates, direction overrides, invisible characters and floods of marks go."""
    assert clean(text) == cleaned


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """The result is always deliverable UTF-8 and clean."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode()


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=200))
def test_letters_stay(text: str) -> None:
    """Letters, numbers, punctuation and spaces are never touched."""
    assert clean(text) == text


def test_marks_are_counted_for_each_letter() -> None:
    """Three marks on every letter pass, a fourth doesn't."""
    word = "".join(letter + "\u0301\u0302\u0303" for letter in "abc")
    assert clean(word) == word
    assert sum(unicodedata.combining(character) > 0 for character in clean(word + "\u0304")) == 9


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u2060", "\u200d\ufe0f", "\u3164\u115f\u1160\uffa0", "\u2800", "\u0301", "\x00"]
)
def test_what_looks_empty(text: str) -> None:
    """Spaces, controls, joiners, fillers and marks without a letter are nothing to see."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "❤\ufe0f", "\u0915", "\u2801", "  0 ", "¡"])
def test_what_can_be_seen(text: str) -> None:
    """One letter, sign or emoji is something; and so are words that could not be filtered."""
    assert not is_blank(text)
    assert not is_blank(None)


def test_what_is_not_delivered_is_not_read() -> None:
    """Else a control in the midst of a word hides it from the rules, and the word is delivered whole."""
    for code in range(0x250):
        if clean(f"a{chr(code)}b") == "ab":
            assert plain_character(chr(code)) == word_character(chr(code)) == ""
