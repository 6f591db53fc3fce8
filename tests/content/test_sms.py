"""Counting segments (3GPP TS 23.038)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.sms import is_gsm, segments, to_gsm


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


# The oracle: written from the tables of 3GPP TS 23.038 version 17 (6.2.1 and 6.2.1.1), by code point and septet.
# Rows are the low four bits of the septet, columns its high three bits; septet 0x1B is the escape.
_TABLE = """
@ Δ SP 0 ¡ P ¿ p
£ _ ! 1 A Q a q
$ Φ " 2 B R b r
¥ Γ # 3 C S c s
è Λ ¤ 4 D T d t
é Ω % 5 E U e u
ù Π & 6 F V f v
ì Ψ ' 7 G W g w
ò Σ ( 8 H X h x
Ç Θ ) 9 I Y i y
LF Ξ * : J Z j z
Ø ESC + ; K Ä k ä
ø Æ , < L Ö l ö
CR æ - = M Ñ m ñ
Å ß . > N Ü n ü
å É / ? O § o à
"""
_NAMES = {"SP": " ", "LF": "\n", "CR": "\r"}
_BASIC = [_NAMES.get(cell, cell) for row in _TABLE.split("\n")[1:-1] for cell in row.split(" ") if cell != "ESC"]
_EXTENDED = ["\f", "^", "{", "}", "\\", "[", "~", "]", "|", "€"]


def _needed(text: str) -> int:
    """Segments as the standard counts them, character by character and without a look at the code under test."""
    gsm = set(text) <= {*_BASIC, *_EXTENDED}
    sizes = [1 + (c in _EXTENDED) if gsm else len(c.encode("utf-16-be")) // 2 for c in text]
    one, many = (160, 153) if gsm else (70, 67)
    if sum(sizes) <= one:
        return 1
    filled = [0]
    for size in sizes:
        if filled[-1] + size > many:
            filled.append(0)
        filled[-1] += size
    return len(filled)


def test_the_table_of_the_standard() -> None:
    """All 127 characters of the basic table take one septet, the ten of the extension table two, others none."""
    assert len(_BASIC) == len(set(_BASIC)) == 127
    for character in _BASIC:
        assert (is_gsm(character), segments(character * 160), segments(character * 161)) == (True, 1, 2), character
    for character in _EXTENDED:
        assert (is_gsm(character), segments(character * 80), segments(character * 81)) == (True, 1, 2), character
    others = {chr(code) for code in range(0x3000)} - {*_BASIC, *_EXTENDED}
    assert not any(is_gsm(character) for character in others)


@pytest.mark.parametrize("parts", range(2, 12))
def test_the_edges_of_each_part(parts: int) -> None:
    """153 septets or 67 units a part, and one more begins the next."""
    for character, size in (("a", 153), ("€", 76), ("ж", 67), ("😀", 33)):
        assert segments(character * size * parts) == parts
        assert segments(character * (size * parts + 1)) == parts + 1
    # One of two that would lie on the edge moves over as a whole.
    assert segments("a" * 152 + "€" + "a" * (153 * (parts - 1) - 2)) == parts
    assert segments("a" * 152 + "€" + "a" * (153 * (parts - 1) - 1)) == parts + 1
    assert segments("ж" * 66 + "😀" + "ж" * (67 * (parts - 1) - 2)) == parts
    assert segments("ж" * 66 + "😀" + "ж" * (67 * (parts - 1) - 1)) == parts + 1


@given(st.text(st.sampled_from([*_BASIC, *_EXTENDED, "ж", "’", "😀"]), max_size=60), st.integers(0, 12))
def test_segments_are_those_of_the_standard(text: str, times: int) -> None:
    """Whatever the text, it is counted as the standard does."""
    assert segments(text * times) == _needed(text * times)


_CURLY = "It’s “fine” – see you… "


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (_CURLY, 'It\'s "fine" - see you... '),
        ("«a» ‹b› „c‟ ‚d‛ 5′ 6″", "\"a\" 'b' \"c\" 'd' 5' 6\""),
        ("a—b‑c−d •e", "a-b-c-d -e"),
        ("a\u00a0b\u2009c\u202fd\te", "a b c d e"),
        ("one\u2028two", "one\ntwo"),
        ("so\u00adft\u200b\ufeff", "soft"),
        # A letter and its accent as two code points is one letter of the alphabet.
        ("cafe\u0301", "café"),
        # One segment either way: a name keeps its letters.
        ("Zoë says hi", "Zoë says hi"),
        ("Zoë" + "a" * 80, "Zoe" + "a" * 80),
        ("Łukasz, œuvre, ŷ" + "a" * 80, "Lukasz, oeuvre, y" + "a" * 80),
        # An emoji or another script keeps it out of the alphabet: then nothing is touched.
        (_CURLY * 5 + "😀", _CURLY * 5 + "😀"),
        (_CURLY + "привет", _CURLY + "привет"),
        ("👩\u200d👧 ’", "👩\u200d👧 ’"),
        ("ệ" + "а" * 80, "ệ" + "а" * 80),
        # Three dots for each would take more.
        ("…" * 70, "…" * 70),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_to_gsm(text: str, plain: str) -> None:
    """Plainer signs where that gets the whole into the alphabet, plainer letters only where that saves a segment."""
    assert to_gsm([text]) == [plain]


def test_one_curly_quote_does_not_treble_the_cost() -> None:
    """160 characters with one typographic apostrophe go in one segment instead of three."""
    text = "It’s" + "a" * 156
    assert (segments(text), segments(*to_gsm([text]))) == (3, 1)


def test_what_goes_together_is_changed_together() -> None:
    """Text and labels are one message: an emoji in one of them keeps the others as they are."""
    assert to_gsm(["It’s", "I’m"]) == ["It's", "I'm"]
    assert to_gsm(["It’s", "😀"]) == ["It’s", "😀"]


@given(st.text(st.one_of(st.characters(), st.sampled_from("’“–… ëł€😀a")), max_size=300))
def test_to_gsm_never_costs_more(text: str) -> None:
    """A changed text is in the alphabet, takes no more segments, and isn't changed again."""
    [plain] = to_gsm([text])
    assert segments(plain) <= segments(text)
    assert plain == text or is_gsm(plain)
    assert to_gsm([plain]) == [plain]
