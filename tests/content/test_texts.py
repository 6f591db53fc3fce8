"""The texts: complete, short enough for SMS, plain, calm."""

import re

import pytest

from content.library import Content
from content.safeguarding import CATEGORIES, Severity
from content.sms import is_gsm, segments
from content.texts import TextMissing, Texts

LANGUAGES = ("en-GB", "en-GB-easy")
# A value for every variable; "words" stands for what somebody wrote.
SAMPLE: dict[str, str | int] = {
    "before": "Alex",
    "budget": "300",
    "case": 1234,
    "cases": "1234, 1235",
    "names": "Morgan, Robin",
    "when": "Wednesday 17:00",
    "category": "criminal exploitation",
    "coordinator": "ring the office on 020 7946 0123",
    "command": "referral",
    "complaints": "ring 020 7946 0124 and ask for the manager",
    "count": 120,
    "day": "Wednesday 30 September 2026",
    "id": 123456,
    "kind": "a video call",
    "kinds": "a phone number, an email address and a web link",
    "match": "12",
    "mentee": "Sam",
    "mentor": "Alex",
    "message": 4_611_686_018_427_387_904,
    "name": "Sam",
    "number": "1234",
    "other": "Alex",
    "part": 1,
    "parts": 3,
    "sender": "Sam",
    "service": "Bridge Mentoring",
    "severity": "life or serious harm, now",
    "side": "a mentee",
    "time": "10:30",
    "value": "every Tuesday at four",
    "why": "the phone is off or out of reach",
    "what": "a voice message",
    "words": "see you on Tuesday",
}
# What a mentee, somebody who isn't anybody yet, or anybody at the worst moment reads; the rest is read by adults who
# were trained.
MENTEE_KEYS = (
    "consent-mentee", "consent-again", "consent-declined", "consent-waiting-parent", "invitation-sms", "invitation-bad",
    "invitation-already", "joined-no-match", "match-ask-mentee", "match-declined-thanks", "match-yes-thanks",
    "match-started", "match-paused-told", "match-resumed-told", "match-ended-told", "removed-notice", "held-notice",
    "not-delivered", "not-delivered-in-time", "partner-unreachable", "other-not-reachable", "match-is-paused",
    "no-match-yet", "cannot-relay-kind",
    "deferred-today", "deferred-tomorrow", "deferred-day", "deferred-help-young", "deferred-help-adult",
    "deferred-refused", "quiet-set", "quiet-now", "quiet-off", "quiet-usage", "away-set", "away-back", "away-usage",
    "away-bad-day", "late-after-ending",
    "edited-not-relayed", "edited-for-another", "edited-to-nothing", "empty-text", "cannot-relay-contact",
    "cannot-relay-place", "cannot-relay-poll", "cannot-relay-game", "cannot-relay-story",
    "stopped", "started", "stranger", "about-intro", "crisis", "crisis-grown",
    "handover-ask-mentee", "handover-done-mentee", "handover-refused", "pause-done", "pause-already", "pause-unknown",
    "resume-not-yours", "resume-not-needed", "move-ask", "move-declined", "moved-here", "added-here", "prefer-unknown",
    "shared-told", "writer-ask", "writer-waiting", "writer-noted", "stopped-shared", "started-shared",
    "held-file", "held-released", "held-later", "held-refused", "file-lost", "file-not-by-sms", "file-waits",
    "file-fell-back", "help-me", "help-coming", "help-mentor-stopped", "help-which-mentor", "help-mentor-chosen",
    "help-mentor-also", "help-mentors-stopped", "pair-held", "pair-free",
)  # fmt: skip
# These hold what several people wrote or agreed, or stand beside a list of commands on Telegram.
LONGER = {"consent-mentee": 4, "consent-mentor": 4, "consent-coordinator": 4, "invitation-sms": 4}


def say(texts: Texts, key: str, language: str) -> str:
    """Fill a text with the sample values."""
    consent = texts.say("consent-mentee", language, **SAMPLE)
    return texts.say(key, language, **{**SAMPLE, "consent": consent})


def grade(words: str) -> float:
    """Flesch-Kincaid grade (Kincaid et al. 1975): school years needed; reading age is about five more."""
    sentences = [part for part in re.split(r"[.?:]\s|[.?:]$|\n", words) if part.strip()]
    tokens = re.findall(r"[A-Za-z']+", words)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$|es$|ed$", "", token.lower())))) for token in tokens)
    return 0.39 * len(tokens) / len(sentences) + 11.8 * syllables / len(tokens) - 15.59


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said_in_every_language(texts: Texts, language: str) -> None:
    """No key is missing anywhere, and the sample values fill each: nothing is left open."""
    for key in sorted(texts.keys()):
        words = say(texts, key, language)
        assert words.strip(), key
        assert "{" not in words, key
        assert "???" not in words, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_sms(texts: Texts, language: str) -> None:
    """Only letters of the GSM alphabet, and at most two segments (consent: four)."""
    for key in sorted(texts.keys()):
        words = say(texts, key, language)
        assert is_gsm(words), key
        assert segments(words) <= LONGER.get(key, 2), (key, len(words))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["consent-mentee", "consent-mentor"])
def test_consent_with_its_question_fits_four_segments(texts: Texts, language: str, key: str) -> None:
    """What somebody agrees to comes in one text with the question, for a service with a long name too."""
    values = {**SAMPLE, "service": "Northern Bridges Mentoring Project"}
    asked = texts.say(key, language, **values) + "\n\n" + texts.say("consent-ask-sms", language)
    assert segments(asked) <= 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", MENTEE_KEYS)
def test_mentees_texts_are_plain(texts: Texts, language: str, key: str) -> None:
    """A child of eleven reads them: grade six and a half at most, easy-read grade five."""
    assert grade(say(texts, key, language)) <= (5 if language.endswith("easy") else 6.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_shouts(texts: Texts, language: str) -> None:
    """No exclamation marks: nobody knows in what hour a text is read."""
    assert [key for key in sorted(texts.keys()) if "!" in say(texts, key, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_crisis_text_names_who_to_ring(texts: Texts, language: str) -> None:
    """The emergency number and three free helplines stand in the crisis text, in that of grown-ups not children's."""
    words, grown = (texts.say(key, language) for key in ("crisis", "crisis-grown"))
    assert all(number in words for number in ("999", "116 123", "0800 1111", "85258"))
    assert all(number in grown for number in ("999", "116 123", "85258"))
    assert "Childline" not in grown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["consent-mentee", "consent-mentor"])
def test_consent_says_what_it_must(texts: Texts, language: str, key: str) -> None:
    """How to stop, whom to reach, how to complain, and that harm is passed on, are in the consent of both sides."""
    words = texts.say(key, language, **SAMPLE)
    assert "STOP" in words
    assert str(SAMPLE["coordinator"]) in words
    assert str(SAMPLE["complaints"]) in words
    assert re.search(r"badly hurt|serious harm", words)


def test_each_category_and_severity_has_its_words(texts: Texts) -> None:
    """An alert can name everything that the lexicon finds."""
    expected = {f"category-{name}" for name in CATEGORIES} | {f"severity-{name}" for name in Severity}
    assert expected <= texts.keys()


def test_easy_read_falls_back(texts: Texts) -> None:
    """A text that easy-read leaves out is said as in plain English."""
    assert texts.say("option-yes", "en-GB-easy") == texts.say("option-yes", "en-GB")


def test_easy_read_is_its_own_where_it_has_words(texts: Texts) -> None:
    """A text of easy-read is used."""
    assert texts.say("consent-again", "en-GB-easy") != texts.say("consent-again", "en-GB")


def test_values_are_put_in_as_they_are(texts: Texts) -> None:
    """Words are never read as markup or cut, however long, and whole numbers have no separators."""
    words = "{ $name } {0} {{x}} -term \u2068 * [other] %s" + "x" * 5000
    assert texts.say("relay-mentor", "en-GB", name="Sam", words=words) == f"Sam: {words}"
    assert "1234" in texts.say("alert-sms", "en-GB", case=1234, severity="now")


@pytest.mark.parametrize(
    ("key", "language"), [("no-such-text", "en-GB"), ("option-yes", "xx"), ("match-started", "en-GB")]
)
def test_missing_text_language_or_value(texts: Texts, key: str, language: str) -> None:
    """An unknown key or language, or a value that isn't given, is a programming error with its name."""
    with pytest.raises(TextMissing, match=f"{language}/{key}"):
        texts.say(key, language)


def test_languages(content: Content) -> None:
    """The two shipped languages are named, and each programme's emergency language is one of them."""
    assert content.texts.languages() == set(LANGUAGES)
    assert {one.emergency_text_language_default for one in content.programmes.values()} <= content.texts.languages()
