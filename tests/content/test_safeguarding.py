"""The safeguarding scan: its lexicon's own examples, how young people write, idioms, and what it promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.lexicon import Lexicon, Rule, compile_lexicon
from content.library import SHIPPED, load_content
from content.safeguarding import CATEGORIES, SafeguardingFinding, Severity, find_safeguarding
from content.sureness import Sure
from content.word_lists import load_word_lists

RULES = [compiled.rule for compiled in load_content().lexicon.rules]
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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_keeps_its_word(lexicon: Lexicon, rule: Rule) -> None:
    """Each rule finds its examples and lets its near misses pass."""
    side = rule.side if isinstance(rule.side, str) else None
    for text in rule.finds:
        assert rule.id in {finding.rule for finding in find_safeguarding(text, lexicon, side)}, text
    for text in rule.passes:
        assert rule.id not in {finding.rule for finding in find_safeguarding(text, lexicon, side)}, text


def test_every_category_has_a_rule() -> None:
    """Nothing that issue and alert name is without a rule."""
    assert {rule.category for rule in RULES} == set(CATEGORIES)


@pytest.mark.parametrize(
    ("text", "category", "severity"),
    [
        ("honestly i wanna kms", "suicide", "immediate"),
        ("gonna unalive myself", "suicide", "immediate"),
        ("I WANT TO DIE", "suicide", "immediate"),
        ("i just wanna diiiieee", "suicide", "immediate"),
        ("i want to k\u200bi\u200bl\u200bl myself", "suicide", "immediate"),
        ("ｉ ｗａｎｔ ｔｏ ｄｉｅ", "suicide", "immediate"),
        ("I don’t want to be here anymore", "suicide", "immediate"),
        ("i dont\nwant   to live anymore", "suicide", "immediate"),
        ("my mate took loads of pills", "suicide", "immediate"),
        ("im not going to kill myself", "suicide", "concern"),
        ("ive been cutting again", "self_harm", "high"),
        ("he hits me", "abuse_physical", "high"),
        ("my stepdad always punches us", "abuse_physical", "high"),
        ("he raped me", "abuse_sexual", "immediate"),
        ("i've been raped", "abuse_sexual", "immediate"),
        ("someone touched me", "abuse_sexual", "immediate"),
        ("i cant go on", "suicide", "immediate"),
        ("they made me carry drugs", "criminal_exploitation", "high"),
        ("im in danger", "violence_weapons", "high"),
        ("i'm scared of him", "abuse_physical", "high"),
        ("dad strangled mum", "domestic_abuse", "high"),
        ("an older guy bought me vapes", "sexual_exploitation", "high"),
        ("i owe the olders", "criminal_exploitation", "high"),
        ("they want me to go cunch", "criminal_exploitation", "high"),
        ("owe them 500 quid", "criminal_exploitation", "high"),
        ("dont tell anyone", "grooming_boundary", "concern"),
        ("its our little secret", "grooming_boundary", "high"),
        ("what are u wearing", "grooming_boundary", "high"),
        ("got a knife", "violence_weapons", "high"),
        ("im gonna stab him", "violence_weapons", "immediate"),
        ("i ran away last night", "missing", "high"),
        ("got nowhere to sleep", "homelessness_urgent", "high"),
        ("hes unconscious", "medical_emergency", "immediate"),
        ("he took too many xans", "substance_risk", "immediate"),
        ("theyre forcing me to get married", "honour_fgm_forced_marriage", "immediate"),
        ("thinking of going to syria to fight", "radicalisation", "high"),
        ("im getting bullied", "bullying_severe", "concern"),
        ("gonna cut my tag off", "reoffending_risk", "concern"),
        ("can i tell you something but you cant tell anyone", "disclosure_cue", "concern"),
        ("theres no food in the house", "neglect", "concern"),
        ("my mum says im worthless", "abuse_emotional", "concern"),
    ],
)
def test_what_young_people_write_is_found(lexicon: Lexicon, text: str, category: str, severity: str) -> None:
    """Slang, stretched letters, missing apostrophes, disguises of Unicode: found, with the right severity."""
    assert (category, Severity(severity)) in {
        (finding.category, finding.severity) for finding in find_safeguarding(text, lexicon)
    }


@pytest.mark.parametrize(
    "text",
    [
        "i could murder a pizza",
        "killing it at work today",
        "shoot your shot bro",
        "that outfit is the bomb",
        "im dying of laughter",
        "wanted to die of embarrassment",
        "she killed me with that joke",
        "gonna kill you at fifa",
        "mum is going to kill me when she sees this",
        "this homework is killing me",
        "he hit me up on friday",
        "she beat me at chess",
        "got a bread knife for the cake",
        "got shot in fortnite again",
        "cutting the grass for nan",
        "cut myself shaving",
        "he rapped on stage",
        "got kicked out of class",
        "overdosed on chocolate",
        "laughing so much i cant breathe",
        "love trap music",
        "history essay on the war in syria",
        "see you at the library on tuesday",
        "drink coke with lunch",
        "we got smashed 4-0 by the other team",
        "the film had a bomb in it",
        "chop the onions with a sharp blade",
        "my phone died",
        "i would die for a kebab",
        "hang out at mine",
        "",
        "👍",
    ],
)
def test_idioms_raise_no_alert(lexicon: Lexicon, text: str) -> None:
    """Everyday talk, games, football, cooking and homework find nothing."""
    assert find_safeguarding(text, lexicon) == ()


def test_the_span_is_the_phrase(lexicon: Lexicon) -> None:
    """Start and end point at the words in the original, disguises included."""
    text = "well… I  WA\u200bNT to dié, ok"
    (finding,) = find_safeguarding(text, lexicon)
    assert text[finding.start : finding.end] == "WA\u200bNT to dié"


def test_the_gravest_comes_first(lexicon: Lexicon) -> None:
    """Whoever reads the first finding reads the worst."""
    findings = find_safeguarding("dont tell anyone but he hits me and i want to die", lexicon)
    assert [finding.severity for finding in findings] == ["immediate", "high", "concern"]


def test_a_rule_is_reported_once(lexicon: Lexicon) -> None:
    """A phrase that is repeated a thousand times is one finding, at its first place."""
    assert find_safeguarding("i want to die " * 1000, lexicon) == find_safeguarding("i want to die", lexicon)


def test_an_idiom_doesnt_hide_what_follows(lexicon: Lexicon) -> None:
    """A joke first and a serious phrase later: the serious one is found."""
    text = "killing myself laughing. no really i want to kill myself"
    assert [text[one.start : one.end] for one in find_safeguarding(text, lexicon)] == ["kill myself"]


def test_rules_in_other_scripts() -> None:
    """A service can write phrases in a script without Latin letters."""
    rule = Rule(
        id="urdu", category="suicide", severity=Severity.HIGH, phrases=("مرنا چاہتا",), finds=("x",), passes=("y",)
    )
    findings = find_safeguarding("میں مرنا چاہتا ہوں", compile_lexicon([rule], load_word_lists(SHIPPED, None)))
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
