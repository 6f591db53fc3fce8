"""How texts are read: disguises seen through, ordinary words left alone, and the way back to the original."""

from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.characters import LOOK_ALIKES
from content.folding import Folded, plain_character, word_character
from content.library import SHIPPED, ContentError
from content.readings import Reader
from content.texting import load_short_forms

WORDS = ("kill", "myself", "suicide", "kms", "want", "to", "die", "self", "harm", "pills", "raped", "off", "tell", "🔪")
READER = Reader(WORDS, load_short_forms(SHIPPED, None))
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=120)


def readings(text: str) -> list[str]:
    """All readings, as words with one space between."""
    return [" ".join(reading.text.split()) for reading in READER.read(text)]


def shifted(first: int) -> Callable[[str], str]:
    """Letters that stand in Unicode in order from one on."""
    letters = {ord(letter): chr(first + place) for place, letter in enumerate(ascii_lowercase)}
    return lambda word: word.translate(letters)


UNICODE: dict[str, Callable[[str], str]] = {
    "full width": shifted(0xFF41),
    "mathematical": shifted(0x1D41A),
    "script": shifted(0x1D4EA),
    "circled": shifted(0x24D0),
    "parenthesised": shifted(0x249C),
    "negative circled": shifted(0x1F150),
    "negative squared": shifted(0x1F170),
    "regional": lambda word: "\u200b".join(shifted(0x1F1E6)(word)),
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "bidi": lambda word: f"\u202a{word}\u202c",
    "tags": "\U000e0041".join,
    "marks": lambda word: "".join(letter + "\u0336\u0301\u0330" for letter in word),
    "capitals": str.upper,
    "cyrillic": lambda word: word.translate(str.maketrans("aeikmostcpyxl", "аеікмоѕтсрухӏ")),
    "greek": lambda word: word.translate(str.maketrans("aeiknotuvx", "αεικηοτυνχ")),
    "small capitals": lambda word: word.translate(str.maketrans("abcdefghiklmnoprstuwy", "ᴀʙᴄᴅᴇꜰɢʜɪᴋʟᴍɴᴏᴘʀꜱᴛᴜᴡʏ")),
    "accents": lambda word: word.translate(str.maketrans("aeiou", "áèîöů")),
}
OVER_WORDS: dict[str, Callable[[str], str]] = {
    "leet": lambda word: word.translate(str.maketrans("aeios", "43105")),
    "signs": lambda word: word.translate(str.maketrans("ais", "@!$")),
    "bars": lambda word: word.replace("l", "|").replace("i", "1"),
    "ones": lambda word: word.replace("i", "1").replace("l", "1"),
    "spaced": " ".join,
    "dotted": ".".join,
    "dashed": "-".join,
    "starred": "*".join,
    "in two": lambda word: f"{word[:2]}.{word[2:]}",
    "drawn out": lambda word: word[:-1] + word[-1] * 5,
}


@pytest.mark.parametrize("disguise", UNICODE)
@pytest.mark.parametrize("word", ["kill", "suicide", "pills"])
def test_what_unicode_disguises_is_plain_at_once(disguise: str, word: str) -> None:
    """Characters that are read as letters are letters in the first reading, and the span is the disguised word."""
    hidden = UNICODE[disguise](word)
    text = f"so 😀 {hidden} ok"
    first = READER.read(text)[0]
    assert first.text.split() == ["so", word, "ok"]
    place = first.text.index(word)
    start, end = first.original(place, place + len(word))
    assert text[start:end].strip("\u202a\u202c") == hidden.strip("\u202a\u202c")


@pytest.mark.parametrize("disguise", OVER_WORDS)
@pytest.mark.parametrize("word", ["kill", "suicide", "pills", "raped"])
def test_what_disguises_words_is_seen_through(disguise: str, word: str) -> None:
    """Leetspeak, letters set apart and drawn out are the word in the second reading, with the span of the whole."""
    hidden = OVER_WORDS[disguise](word)
    for text in (hidden, f"they, {hidden} me.", f"well {hidden}"):
        *_, last = READER.read(text)
        assert word in last.text.split(), text
        place = last.text.index(word)
        start, end = last.original(place, place + len(word))
        assert text[start:end] == hidden


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("k1ll mys3lf", "kill myself"),
        ("k i l l  m y s e l f", "kill myself"),
        ("i w4nt t0 d13", "i want to die"),
        ("k i l l m y s e l f", "kill myself"),
        ("i w a n t t o d i e ok", "i want to die ok"),
        ("k.m.s.", "kms"),
        ("K-M-S", "kms"),
        ("5u1c1d3", "suicide"),
        ("$u!c|de", "suicide"),
        ("5 u 1 c 1 d 3", "suicide"),
        ("p 1 1 1 s", "pills"),
        ("sui-cide", "suicide"),
        ("su*cide", "suicide"),
        ("k*ll", "kill"),
        ("kiiillllll", "kill"),
        ("raaaaped", "raped"),
        ("0fffff", "off"),
        ("ki11 u", "kill you"),
        ("want 2 die", "want to die"),
        ("i, want 2 die", "i want to die"),
        ("dnt tell any1", "dont tell anyone"),
        ("w/ pills", "with pills"),
        ("ima k1ll mi self 2nite", "im going to kill my self tonight"),
        ("🇰 🇮 🇱 🇱 me", "kill me"),
    ],
)
def test_second_readings(text: str, read: str) -> None:
    """What people do to words is undone, several things in one text too."""
    assert readings(text)[1:] == [read]


@pytest.mark.parametrize(
    "text",
    [
        "see you at 5pm, room b12 on the 2nd, bus 17x",
        "no!!! way!! 10/10 (really)",
        "it cost $5 or £4 + tax",
        "077 1 4 7 2 0",
        "a b c d",
        "rapped, of, self, sooooo",
        "well-known e-mail f*** @home",
        "1337 41 0",
        "rrapped",
        "!!! ... ***",
        "",
    ],
)
def test_ordinary_text_has_one_reading(text: str) -> None:
    """Times, prices, rooms, numbers, initials and words that aren't in the rules stay what they are."""
    assert len(readings(text)) == 1


def test_a_word_is_drawn_out_only_where_it_is_drawn_out() -> None:
    """Two letters aren't one: "rapped" in a disguise isn't "raped"."""
    assert readings("rappeddd") == ["rappeddd"]
    assert readings("rapedddd") == ["rapedddd", "raped"]


def test_symbols_of_the_rules_are_words() -> None:
    """An emoji that a rule names can be found, glued to a word too; the others are only in the way."""
    assert readings("got a🔪him 😀😀 ok") == ["got a 🔪 him ok"]
    assert Reader(["kill"], {}).read("a🔪him")[0].text == "a him"


def test_flags_are_no_letters() -> None:
    """A flag leaves the word that it is glued to alone; regional letters that spell a word are letters."""
    assert Folded("kill🇬🇧").text.split() == ["kill"]
    assert Folded("a🇰🇮🇱🇱b").text.split() == ["a", "kill", "b"]


@given(ANYTHING)
def test_every_span_lies_inside_the_original(text: str) -> None:
    """Wherever something is found in a reading, it is somewhere in the text, in the same order."""
    for reading in (*READER.read(text), Folded(text)):
        last = 0
        for place in range(len(reading.text)):
            start, end = reading.original(place, place + 1)
            assert last <= start < end <= len(text)
            last = start


@given(ANYTHING)
def test_folding_in_one_go_is_folding_character_by_character(text: str) -> None:
    """The quick ways give what the slow one gives."""
    for alphabet in (plain_character, word_character, READER.alphabet):
        assert alphabet.fold(text) == "".join(alphabet.pieces(text))


@given(st.text("abcdefghijklmnop '.,", max_size=120).filter(lambda text: "aaa" not in text))
def test_plain_words_are_read_as_they_are(text: str) -> None:
    """Small letters are their own plain form."""
    assert Folded(text).text == text
    assert (
        Folded(text, word_character).text.split() == text.replace("'", "").replace(".", " ").replace(",", " ").split()
    )


def test_look_alikes_are_letters_that_unicode_doesnt_know_as_such() -> None:
    """The table holds nothing twice and nothing that is plain already."""
    assert all(ord(strange) > 0x7F and plain.isascii() for strange, plain in LOOK_ALIKES.items())
    assert all(plain_character(plain) == plain for text in LOOK_ALIKES.values() for plain in text)


def test_a_service_changes_the_short_forms(tmp_path: Path) -> None:
    """A form is added, another means something else, a third is taken away."""
    (tmp_path / "texting.toml").write_text('[forms]\nbare = "very"\nu = "yourself"\nur = false\n', encoding="utf-8")
    forms = load_short_forms(SHIPPED, tmp_path)
    assert (forms["bare"], forms["u"]) == ("very", "yourself")
    assert "ur" not in forms
    assert forms["gonna"] == "going to"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[form]\n", '1: Unknown table "form".'),
        ('[forms]\nU = "you"\n', "2: U: write a form in small letters"),
        ('[forms]\n"one two three" = "x"\n', "2: one two three: write a form"),
        ('[forms]\n"dn\'t" = "x"\n', "2: dn't: write a form"),
        ("\n[forms]\nx = 5\n", "3: x: write what it means in small letters"),
        ('[forms]\nx = "don\'t"\n', "2: x: write what it means"),
        ('[forms]\nx = "4 me"\n', "2: x: write what it means"),
        ("[forms]\nx = true\n", "2: x: write what it means"),
        ("forms = 1\n", "1: [forms] must be a table."),
    ],
)
def test_mistakes_in_short_forms(tmp_path: Path, text: str, said: str) -> None:
    """What is wrong is told with its line."""
    (tmp_path / "texting.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_short_forms(SHIPPED, tmp_path)
    assert f"texting.toml:{said}" in str(caught.value)
