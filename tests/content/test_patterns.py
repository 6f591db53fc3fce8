"""Expressions over plain text: places are counted in characters, whatever is written."""

from content.patterns import Pattern, PatternSet, Plain, find_all
from content.phrases import PhraseReader
from content.rule_index import index_rules


def spans(expression: str, text: str) -> list[str]:
    """What an expression finds in a text."""
    return [text[start:end] for start, end in find_all(Pattern(expression), Plain(text))]


def test_places_are_characters() -> None:
    """Letters, signs and emoji of every script before a place don't move it."""
    for before in ("", "ß£", "дом ", "微信 ", "😀 ", "ﷺ\U0001d7d5"):
        assert spans(r"snap[0-9]+", f"{before}snap12") == ["snap12"]


def test_letters_of_every_script_are_letters() -> None:
    """A class of letters takes in those of other scripts, and no signs or emoji."""
    assert spans(r"[\pL\pN_]+", "имя_1 😀 微信 …ð£") == ["имя_1", "微信", "ð"]
    assert spans(r"^[^.]{2}$", "😀微") == ["😀微"]


def test_words_of_other_scripts_are_told_apart() -> None:
    """An expression with such a word finds that word, not another of its length."""
    assert spans("微信|snap", "加我 微信 snap") == ["微信", "snap"]
    assert Pattern("微信").search(Plain("加我")) is None


def test_a_set_tells_which_are_found() -> None:
    """Every expression that is found is named, and none that isn't; of other scripts too many may be."""
    three = PatternSet(["snap", r"[0-9]{3}", "微信"])
    assert [[number in three.found(Plain(text)) for number in range(3)] for text in ("", "snap 123", "12", "加我")] == [
        [False, False, False],
        [True, True, False],
        [False, False, False],
        [False, False, True],
    ]


def test_a_phrase_is_looked_at_where_its_words_stand() -> None:
    """Of two common words both must stand side by side; a rare word is enough; what else is needed must be there."""
    read = PhraseReader(str.split, {"kin": ("mum", "dad")}).read
    phrases = [
        read(phrase) for phrase in ("can not", "(to|and) cope ... alone", "my @kin [really] hit me", "a ... b # c")
    ]
    index = index_rules([phrases])

    def found(text: str) -> set[int]:
        return index.candidates(text.split()).get(0, set())

    assert found("i can not") == {0}
    assert found("not that i can") == found("") == set()
    assert found("to cope with it alone") == {1}
    assert found("cope alone") == found("to cope") == set()
    assert found("my dad hit me") == found("my mum really hit me") == {2}
    assert found("me and dad hit my mate") == set()
    assert found("a house b 2 c") == {3}


def test_what_may_be_left_out_is_stepped_over() -> None:
    """Before and behind words that may be left out, two words stand side by side or the words between do."""
    read = PhraseReader(str.split, {}).read
    index = index_rules([[read("to [me or] my [a] (can|me) not")]])
    texts = (
        "to my me not",
        "to me or my can not",
        "to my a can not",
        "to can me not my",
        "to not my can",
        "my can not to",
    )
    assert [bool(index.candidates(text.split())) for text in texts] == [True, True, True, False, False, False]
