"""What words weigh: the sum, the piece that leans most, the kind, and what a service's own weights change."""

from math import sqrt
from pathlib import Path

import pytest

from content.by_weight import RULES
from content.classifier import Bounds, Classifier, Kind, load_classifier, weigh
from content.examples import Broken, broken_of_weights
from content.lexicon import CATEGORIES, Lexicon, Rule, compile_lexicon
from content.library import SHIPPED, ContentError
from content.safeguarding import Severity, find_safeguarding
from content.sureness import Sure
from content.weights import Scale
from tests.shipped import shipped_content

LISTS = shipped_content().lexicon.lists
KINDS = ("missing", "neglect", "suicide")
KIND = Kind(why="Words.", finds=("a",), passes=("b",))
BOUNDS = Bounds(
    told=0.5,
    alone=-1.0,
    apart=1.0,
    few=1.0,
    likely=1.5,
    excused=3.0,
    doubted=-2.4,
    possible=-0.5,
    short=5,
    second=0.5,
    concern=0.0,
    immediate=1.0,
)
HARM = Scale(
    -1.0,
    0.5,
    {"gone": 4.0, "hungry": 4.0, "now": 1.0, "lunch": -4.0, "tea": -4.0},
    {("nobody", "home"): 6.0},
)
URGENCY = Scale(0.0, 0.0, {"now": 4.0, "sometimes": -4.0}, {})
OF_KINDS = {
    "missing": Scale(0.0, 0.0, {"gone": 4.0}, {}),
    "neglect": Scale(0.0, 0.0, {"hungry": 4.0, "home": 4.0}, {}),
    "suicide": Scale(-5.0, 0.0, {}, {}),
}
CLASSIFIER = Classifier(BOUNDS, dict.fromkeys(KINDS, KIND), HARM, URGENCY, OF_KINDS)
PERHAPS = Rule.model_validate(
    {
        "id": "perhaps",
        "category": "missing",
        "severity": "high",
        "sure": "possible",
        "phrases": ["ran off"],
        "finds": ["a"],
        "passes": ["b"],
    }
)


def _of(classifier: Classifier = CLASSIFIER, *rules: Rule) -> Lexicon:
    return compile_lexicon(rules, LISTS, classifier)


def test_the_shipped_kinds_keep_their_word() -> None:
    """Each finds its examples by weight alone, and lets its near misses pass."""
    classifier = shipped_content().lexicon.classifier
    assert classifier is not None
    assert set(classifier.kinds) == set(CATEGORIES)
    assert list(broken_of_weights(classifier, LISTS)) == []


def test_a_kind_that_breaks_its_word_is_named() -> None:
    """As a rule of the lexicon is."""
    broken = list(broken_of_weights(CLASSIFIER, LISTS))
    assert broken[0] == Broken("missing-by-weight", "finds", "a")


@pytest.mark.parametrize(
    ("words", "single", "pairs"),
    [
        ("", 0, 0),
        ("he is gone", 4, 0),
        ("gone gone gone", 4, 0),
        ("nobody home", 0, 6),
        ("home nobody", 0, 0),
        ("gone for lunch", 0, 0),
        # Where single words lean so far the other way, pairs are not looked at.
        ("lunch nobody home", -4, 0),
    ],
)
def test_the_sum_is_divided_by_the_root_of_how_many(words: str, single: float, pairs: float) -> None:
    """Each word and each pair counts once, however often it stands there; a mentor's constant is added whole."""
    split = words.split()
    root = sqrt(len(set(split)) or 1)
    assert weigh(HARM, split, None) == weigh(HARM, split, "mentee") == pytest.approx(-1.0 + single / root)
    assert weigh(HARM, split, "mentor") == pytest.approx(-0.5 + single / root)
    assert CLASSIFIER.leaning(split, None).harm == pytest.approx(-1.0 + (single + pairs) / root)


@pytest.mark.parametrize("before", [0, 10, 35, 90])
def test_a_long_text_leans_as_its_worst_piece_does(before: int) -> None:
    """What matters may be said in few of many words."""
    words = ["word"] * before + ["gone", "hungry", "nobody", "home"] + ["word"] * 60
    leaning = CLASSIFIER.leaning(words, None)
    assert leaning.harm >= BOUNDS.told
    assert leaning.first <= before < leaning.after
    assert leaning.after - leaning.first <= 40


def test_a_sentence_among_others_leans_alone() -> None:
    """By so much less than the same words as the whole message; a sentence of few words counts for nothing."""
    cheerful = ["lunch", "tea", "and", "cake", "was", "nice"]
    words = [*cheerful, "gone", "hungry", "nobody", "home", *cheerful]
    alone = CLASSIFIER.leaning(words[6:10], None).harm
    assert CLASSIFIER.leaning(words, None, [(0, 6), (6, 10), (10, 16)]) == (alone - BOUNDS.apart, 6, 10, True)
    for sentences in ([(0, 16)], [(0, 8), (8, 16)], [(0, 7), (7, 10), (10, 16)]):
        assert CLASSIFIER.leaning(words, None, sentences).harm < alone - BOUNDS.apart


def test_a_sentence_that_runs_on_is_weighed_in_parts() -> None:
    """Many people write without a full stop."""
    words = ["lunch", "tea", *map(str, range(12)), "gone", "hungry", "nobody", "home", *map(str, range(20, 30))]
    leaning = CLASSIFIER.leaning(words, None, [(0, len(words))])
    assert leaning.harm > CLASSIFIER.leaning(words, None).harm
    assert leaning[1:] == (12, 24, True)


def test_a_sentence_calls_nobody_at_once_by_its_weight_alone() -> None:
    """What is found so in a long message waits for the digest; the same words as the whole message don't."""
    words, cheerful = "gone hungry nobody home now", "lunch and tea and cake were so nice we had it all again"
    long = f"{cheerful}. {words}. {cheerful}."
    assert {one.severity for one in find_safeguarding(f"{words} and then", _of())} == {Severity.IMMEDIATE}
    assert {one.severity for one in find_safeguarding(long, _of())} == {Severity.CONCERN}
    found = find_safeguarding(long, _of())[0]
    assert long[found.start : found.end] == "gone hungry nobody home"


def test_the_likeliest_kind_and_one_that_is_near() -> None:
    """A second is told when it is nearly as likely; one that is switched off isn't."""
    assert CLASSIFIER.likeliest(["gone"], None) == ["missing"]
    assert CLASSIFIER.likeliest(["gone", "hungry"], None) == ["missing", "neglect"]
    kinds = {**CLASSIFIER.kinds, "missing": KIND.model_copy(update={"off": True})}
    without = Classifier(BOUNDS, kinds, HARM, URGENCY, OF_KINDS)
    assert without.likeliest(["gone", "hungry"], None) == ["neglect"]
    assert find_safeguarding("so gone so gone so gone", _of(without)) == ()


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("he is gone hungry now", "immediate"),
        ("so he is gone hungry", "high"),
        ("he is gone hungry sometimes", "concern"),
    ],
)
def test_a_finding_by_weight(text: str, severity: str) -> None:
    """It says where the words are that weigh most, which they are, how sure, and how urgent."""
    found = find_safeguarding(text, _of())
    assert {one.rule for one in found} == {RULES["missing"], RULES["neglect"]}
    assert {one.severity for one in found} == {severity}
    assert text[found[0].start : found[0].end].startswith("gone hungry")
    assert found[0].why.startswith('Words. What weighs most: "gone", "hungry"')


def test_how_sure_a_finding_by_weight_is() -> None:
    """Words that lean far are likely, others possible."""
    (strong, *_), (weak, *_) = (
        find_safeguarding(text, _of()) for text in ("he is so gone hungry", "is he gone off today maybe")
    )
    assert (strong.sure, weak.sure) == (Sure.LIKELY, Sure.POSSIBLE)


@pytest.mark.parametrize("text", ["gone hungry", "he went for lunch and is hungry", "see you at four"])
def test_what_doesnt_lean_is_not_told(text: str) -> None:
    """Nor do two words say anything by their weight."""
    assert find_safeguarding(text, _of()) == ()


def test_few_words_have_to_lean_more() -> None:
    """They lean anywhere sooner; what is told of them is as grave as their haste says."""
    assert find_safeguarding("he is gone", _of()) == ()
    found, *_ = find_safeguarding("he is gone hungry", _of())
    assert (found.severity, found.sure) == (Severity.HIGH, Sure.LIKELY)


def test_what_is_only_possible_counts_where_words_lean() -> None:
    """In few words, or in some that don't speak against it; a rule that is likely counts anywhere, if for less."""
    lexicon = _of(CLASSIFIER, PERHAPS)
    assert [one.rule for one in find_safeguarding("the dog ran off", lexicon)] == ["perhaps"]
    assert find_safeguarding("the dog ran off with my lunch and my tea", lexicon) == ()
    assert find_safeguarding("so the boy who is gone just ran off", lexicon)
    assert find_safeguarding("the dog ran off with my lunch and my tea", compile_lexicon([PERHAPS], LISTS))


@pytest.mark.parametrize(
    ("text", "sure", "severity"),
    [
        ("the dog ran off with my lunch and my tea", Sure.CERTAIN, Severity.HIGH),
        ("the dog ran off with my lunch and my tea", Sure.LIKELY, Severity.CONCERN),
        ("the dog ran off with my lunch and so on", Sure.LIKELY, Severity.HIGH),
        ("the dog ran off", Sure.LIKELY, Severity.HIGH),
        ("the dog ran off tea lunch xa xb xc xd xe xf xg", Sure.LIKELY, Severity.HIGH),
    ],
)
def test_what_is_only_likely_is_a_concern_among_innocent_words(text: str, sure: Sure, severity: Severity) -> None:
    """It is never silenced by them. What is certain counts in full, and what stands among few words or unknown ones."""
    (found,) = find_safeguarding(text, _of(CLASSIFIER, PERHAPS.model_copy(update={"sure": sure})))
    assert (found.rule, found.severity) == ("perhaps", severity)


def test_a_rule_that_found_it_is_enough() -> None:
    """The weight of words adds no second finding of a category, and nothing that is only possible or is graver."""
    found = find_safeguarding("he ran off gone hungry now", _of(CLASSIFIER, PERHAPS))
    assert {(one.rule, one.severity) for one in found} == {
        ("perhaps", Severity.HIGH),
        (RULES["neglect"], Severity.HIGH),
    }
    assert [one.rule for one in find_safeguarding("he ran off so gone", _of(CLASSIFIER, PERHAPS))] == ["perhaps"]


def test_what_an_idiom_excuses_has_to_lean_far() -> None:
    """Where a rule knows a phrase as innocent, words that lean a little are not enough."""
    excused = PERHAPS.model_copy(update={"unless": ("ran off the pitch",)})
    text = "he is hungry and ran off the pitch so hungry so gone"
    assert find_safeguarding(text, _of())
    assert find_safeguarding(text, _of(CLASSIFIER, excused)) == ()


def test_words_weigh_over_messages() -> None:
    """What leans only with the pieces before it is told once, in the last, and not again where it was told."""
    lexicon = _of(CLASSIFIER, PERHAPS.model_copy(update={"severity": Severity.IMMEDIATE, "phrases": ("xx hungry",)}))
    found = find_safeguarding("now hungry", lexicon, None, ("so is anybody gone then with you today",))
    assert {(one.rule, one.back, one.end) for one in found} == {(RULES["missing"], 1, 10), (RULES["neglect"], 1, 10)}
    assert find_safeguarding("now hungry", lexicon, None, ("so nobody home is gone",)) == ()


def _own(folder: Path, name: str, text: str) -> Classifier:
    (folder / name).write_text(text, encoding="utf-8")
    return load_classifier(SHIPPED, folder, CATEGORIES, LISTS.spelling.words)


def test_own_weights_win(tmp_path: Path) -> None:
    """A word that a service gives another weight has that one; what it doesn't name stays."""
    shipped = shipped_content().lexicon.classifier
    assert shipped is not None
    own = _own(
        tmp_path, "weights.toml", '[harm]\nstart = -9\n"4.5" = ["Scran", "gone ghost"]\n[missing]\n"3" = ["ghost"]'
    )
    assert (own.harm.words["scran"], own.harm.pairs["gone", "ghost"], own.harm.start) == (4.5, 4.5, -9.0)
    assert own.of_kinds["missing"].words["ghost"] == 3.0
    assert own.harm.mentor == shipped.harm.mentor
    assert own.of_kinds["suicide"] == shipped.of_kinds["suicide"]


def test_own_bounds_and_kinds(tmp_path: Path) -> None:
    """A service tells less, or a kind no more, by single keys."""
    own = _own(tmp_path, "classifier.toml", "[bounds]\ntold = 2.0\n[radicalisation]\noff = true")
    assert own.bounds.told == 2.0
    assert own.kinds["radicalisation"].off
    assert not own.kinds["suicide"].off


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("weights.toml", "[harms]", 'weights.toml:1: There is nothing called "harms" whose words could be weighed.'),
        ("weights.toml", "[harm]\nstart = true", "weights.toml:2: start: A number, such as -1.5."),
        (
            "weights.toml",
            "[harm]\n\nheavy = ['bruise']",
            'weights.toml:3: "heavy": Write a weight and its words, as in "1.5" = ["bruises"].',
        ),
        (
            "weights.toml",
            "[harm]\n'1' = 'bruise'",
            'weights.toml:2: "1": Write a weight and its words, as in "1.5" = ["bruises"].',
        ),
        (
            "weights.toml",
            "[harm]\n'1' = ['a b c']",
            'weights.toml:2: "a b c": Only a word, or two side by side, has a weight here.',
        ),
        (
            "weights.toml",
            "[missing]\n'1' = ['a b']",
            'weights.toml:2: "a b": Only single words have a weight here.',
        ),
        ("classifier.toml", "[bounds]\ntell = 1", 'classifier.toml:2: Unknown key "tell".'),
        ("classifier.toml", "[suicide]\nfinds = []", "classifier.toml:2: finds: "),
        ("classifier.toml", "[theft]", 'classifier.toml:1: Unknown table "theft": keys stand'),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Each in one sentence."""
    with pytest.raises(ContentError) as caught:
        _own(tmp_path, name, text)
    (problem,) = str(caught.value).splitlines()
    assert problem.removeprefix(f"{tmp_path}/").startswith(said)
