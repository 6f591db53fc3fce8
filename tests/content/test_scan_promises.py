"""What the safeguarding scan promises of any words: places, order, denials, sides, misspellings, messages before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.lexicon import Lexicon, Rule, compile_lexicon
from content.safeguarding import SafeguardingFinding, Severity, find_safeguarding, may_continue
from content.sureness import Sure
from tests.shipped import shipped_content

LISTS = shipped_content().lexicon.lists
RULES = [compiled.rule for compiled in shipped_content().lexicon.rules]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=120)
WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "kill",
                "myself",
                "laughing",
                "want",
                "to",
                "die",
                "dont",
                "tell",
                "anyone",
                "he",
                "hits",
                "me",
                "at",
                "fifa",
            ),
            *("knife", "bread", "got", "a", ".", "'", "\u200b", "\x00", "é", ""),
        ]
    ),
    max_size=25,
).map(" ".join)


def test_the_span_is_the_phrase(lexicon: Lexicon) -> None:
    """Start and end point at the words in the original, disguises included."""
    text = "well… I  WA\u200bNT to dié, ok"
    assert {text[one.start : one.end] for one in find_safeguarding(text, lexicon)} == {"WA\u200bNT to dié"}


def test_the_gravest_comes_first(lexicon: Lexicon) -> None:
    """Whoever reads the first finding reads the worst."""
    findings = find_safeguarding("dont tell anyone but he hits me and i want to die", lexicon)
    assert findings[0].severity is Severity.IMMEDIATE
    gravity = list(Severity)
    assert [one.severity for one in findings] == sorted((one.severity for one in findings), key=gravity.index)
    assert {one.severity for one in findings} == set(Severity)


def test_a_rule_is_reported_once(lexicon: Lexicon) -> None:
    """A phrase that is repeated a thousand times is one finding, at its first place."""
    assert find_safeguarding("i want to die " * 1000, lexicon) == find_safeguarding("i want to die", lexicon)


def test_an_idiom_doesnt_hide_what_follows(lexicon: Lexicon) -> None:
    """A joke first and a serious phrase later: the serious one is found."""
    text = "killing myself laughing. no really i want to kill myself"
    found = find_safeguarding(text, lexicon)
    assert {text[one.start : one.end] for one in found} == {"kill myself"}
    assert {one.start for one in found} == {text.rindex("kill myself")}


def test_rules_in_other_scripts() -> None:
    """A service can write phrases in a script without Latin letters."""
    rule = Rule(
        id="urdu", category="suicide", severity=Severity.HIGH, phrases=("مرنا چاہتا",), finds=("x",), passes=("y",)
    )
    findings = find_safeguarding("میں مرنا چاہتا ہوں", compile_lexicon([rule], LISTS))
    assert findings == (SafeguardingFinding("suicide", Severity.HIGH, 4, 14, "urdu", Sure.LIKELY),)


@given(st.one_of(ANYTHING, WORDS))
def test_spans_are_sound(lexicon: Lexicon, text: str) -> None:
    """No text makes the scan raise, spans lie inside it and aren't empty, each rule is there once."""
    findings = find_safeguarding(text, lexicon)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)
    assert len({finding.rule for finding in findings}) == len(findings)


@given(
    st.text("abcdefg .,!?\n", max_size=40),
    st.sampled_from(["i want to kill myself", "he raped me", "got nowhere to sleep"]),
)
def test_a_planted_phrase_is_caught(lexicon: Lexicon, around: str, phrase: str) -> None:
    """A phrase is found whatever stands around it, in any case and with zero-width characters inside."""
    disguised = "\u200b".join(phrase.upper())
    assert find_safeguarding(f"{around} {disguised} {around}", lexicon)


def test_the_same_words_are_one_finding(lexicon: Lexicon) -> None:
    """Two rules of one category about the same words are one finding, of other categories or words two."""
    assert len(find_safeguarding("i want to die", lexicon)) == 1
    found = find_safeguarding("my dad hits me and i want to die", lexicon)
    assert {one.category for one in found} == {"abuse_physical", "suicide"}


def test_every_rule_says_why() -> None:
    """A coordinator reads one plain line, and each rule has a text that it finds and one that it lets pass."""
    assert [rule.id for rule in RULES if not rule.why.endswith(".")] == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("i'm not going to kill myself", "concern"),
        ("I would never kill myself", "concern"),
        ("when i said kms yesterday i didnt mean it", "concern"),
        ("not gonna lie i want to kill myself", "immediate"),
        ("why not kill myself", "immediate"),
        ("its not ok and i want to kill myself", "immediate"),
        ("nobody gets it i want to kill myself", "immediate"),
    ],
)
def test_a_denial_lowers_and_never_silences(lexicon: Lexicon, text: str, severity: str) -> None:
    """What is denied is a concern; a "not" that denies something else changes nothing."""
    findings = [one for one in find_safeguarding(text, lexicon) if one.category == "suicide"]
    assert findings[0].severity == severity


def test_each_side_has_its_own_rules(lexicon: Lexicon) -> None:
    """What oversteps from a mentor is ordinary, or something else, from a mentee."""
    secret = "dont tell anyone"
    assert find_safeguarding(secret, lexicon, "mentor")[0].severity is Severity.HIGH
    assert {one.severity for one in find_safeguarding(secret, lexicon, "mentee")} == {Severity.CONCERN}
    text = "come to mine on Saturday"
    assert {one.category for one in find_safeguarding(text, lexicon, "mentor")} == {"grooming_boundary"}
    assert find_safeguarding(text, lexicon, "mentee") == ()


@pytest.mark.parametrize(
    ("text", "ordinary"),
    [
        ("im so sucidal", "im so solid"),
        ("shes unconcious", "shes conscientious"),
        ("he stangled me", "he tangled me"),
        ("bringin a machette", "bringin a cassette"),
        ("im trappping for them", "im rapping for fun"),
        ("im homeles", "im home less"),
    ],
)
def test_near_misspellings(lexicon: Lexicon, text: str, ordinary: str) -> None:
    """One letter too few, too many, wrong or swapped in a long word is the word; an ordinary neighbour isn't."""
    assert find_safeguarding(text, lexicon)
    assert find_safeguarding(ordinary, lexicon) == ()


def test_ordinary_words_are_never_mended(lexicon: Lexicon) -> None:
    """No ordinary word of the list is read as another."""
    spelling = lexicon.spelling
    assert [
        word for word in ("attached", "welding", "watched", "stacked", "shaving") if word not in spelling.known
    ] == []


@pytest.mark.parametrize("text", ["gonna kill him", "want to stab someone"])
def test_frames_make_it_a_game(text: str) -> None:
    """The same words are found alone, and not in talk of a game."""
    lexicon = compile_lexicon([rule for rule in RULES if rule.id == "means-to-hurt-somebody"], LISTS)
    assert "means-to-hurt-somebody" in {one.rule for one in find_safeguarding(text, lexicon)}
    assert "means-to-hurt-somebody" not in {one.rule for one in find_safeguarding(f"{text} in fortnite", lexicon)}


def test_no_frame_hides_the_unmistakable(lexicon: Lexicon) -> None:
    """A wish to die is one in talk of games, films and homework too."""
    assert find_safeguarding("playing fortnite, i want to kill myself", lexicon)[0].severity is Severity.IMMEDIATE


@pytest.mark.parametrize(
    ("before", "text", "back"),
    [
        (("im going to kill",), "myself tonight", 1),
        (("i dont want to", "be"), "alive anymore", 2),
        (("hi", "they made me"), "sell drugs", 1),
    ],
)
def test_a_phrase_over_messages(lexicon: Lexicon, before: tuple[str, ...], text: str, back: int) -> None:
    """A sentence sent in pieces is found in the piece that completes it, with how far back it begins."""
    assert may_continue(text, lexicon)
    alone = {one.rule for one in find_safeguarding(text, lexicon)}
    joined = [one for one in find_safeguarding(text, lexicon, None, before) if one.rule not in alone]
    assert joined
    assert max(one.back for one in joined) == back
    # What has to be put together first is less sure than what stands in one text.
    sure_of = {one.rule.id: one.rule.sure for one in lexicon.rules}
    assert all(one.sure is sure_of[one.rule].less for one in joined)
    assert all(0 <= one.start < one.end <= len(text) for one in joined)


def test_long_messages_arent_joined(lexicon: Lexicon) -> None:
    """Who writes long messages doesn't split a phrase, and ordinary chat needs nothing from before."""
    assert not may_continue("hello " * 40, lexicon)
    assert not may_continue("see you at four", lexicon)
    assert find_safeguarding("myself tonight", lexicon, None, ("im going to kill" + " time" * 40,)) == ()


@given(st.lists(ANYTHING, max_size=3), st.one_of(ANYTHING, WORDS))
def test_spans_lie_in_the_last_message(lexicon: Lexicon, before: list[str], text: str) -> None:
    """Whatever came before, places are places in this text, and each rule is there once."""
    findings = find_safeguarding(text, lexicon, "mentee", before)
    assert all(0 <= one.start < one.end <= len(text) and 0 <= one.back <= len(before) for one in findings)
    assert len({one.rule for one in findings}) == len(findings)


def test_the_severity_may_depend_on_the_side() -> None:
    """A rule can weigh the words of one side and not the other's, and want something near."""
    rule = Rule(
        id="gift",
        category="grooming_boundary",
        severity=Severity.CONCERN,
        phrases=("got you a present",),
        near=("birthday",),
        side={"mentee": "off", "mentor": Severity.HIGH},
        negated="same",
        finds=("x",),
        passes=("y",),
    )
    lexicon = compile_lexicon([rule], LISTS)
    text = "i never got you a present for your birthday"
    assert [one.severity for one in find_safeguarding(text, lexicon, "mentor")] == ["high"]
    assert [one.severity for one in find_safeguarding(text, lexicon)] == ["concern"]
    assert find_safeguarding(text, lexicon, "mentee") == ()
    assert find_safeguarding("got you a present", lexicon, "mentor") == ()


def test_a_denial_can_silence() -> None:
    """Where a rule says so, nothing is left of what is denied; what isn't denied stays."""
    rule = Rule(
        id="x",
        category="neglect",
        severity=Severity.HIGH,
        phrases=("he ... hit me",),
        negated="off",
        finds=("x",),
        passes=("y",),
    )
    lexicon = compile_lexicon([rule], LISTS)
    assert find_safeguarding("he never hit me", lexicon) == ()
    assert find_safeguarding("he never hit me. he just hit me", lexicon)


def test_what_a_text_says_alone_is_told_first(lexicon: Lexicon) -> None:
    """Somebody's own words aren't lost in what they make together with an earlier message about somebody else."""
    [finding, *_] = find_safeguarding("i want to die", lexicon, "mentor", ["her mate took loads of pills"])
    assert (finding.back, finding.severity) == (0, "immediate")
