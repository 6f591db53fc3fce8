"""Screening: both engines, and the safe answer when one fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.library import Content
from content.safeguarding import Severity
from handlers import screening
from handlers.screening import SCAN_FAILED, Screened, screen
from storage.messages.findings import Finding


def _finding(severity: str | None, start: int) -> Finding:
    return Finding("safeguarding", "suicide", severity, start, start + 1, "rule")


@given(st.lists(st.sampled_from([None, *(severity.value for severity in Severity)])))
def test_the_gravest(severities: list[str | None]) -> None:
    """The gravest finding is the first of the highest severity; without a serious one there is none."""
    screened = Screened(tuple(_finding(severity, at) for at, severity in enumerate(severities)), "", ())
    order = ["immediate", "high", "concern"]
    serious = [severity for severity in severities if severity is not None]
    if not serious:
        assert screened.gravest is None
        return
    highest = min(serious, key=order.index)
    assert screened.gravest == _finding(highest, severities.index(highest))


def test_ordinary_words(content: Content) -> None:
    """Nothing found: the words as they are."""
    assert screen("see you at 4:30", (), content) == Screened((), "see you at 4:30", ())


def test_each_kind_once(content: Content) -> None:
    """Kinds that were removed are named once each, in the order of the text; each place is a finding."""
    screened = screen("07700 900456 or me@example.org or 07700 900457", (), content)
    assert screened.removed == ("phone", "email")
    assert len(screened.findings) == 3
    assert screened.gravest is None


def test_hidden_targets(content: Content) -> None:
    """Each link behind a word is a finding at the end of the text; the words themselves stay."""
    screened = screen("look here", ("https://example.org", "https://example.com"), content)
    assert screened.deliverable == "look here"
    assert screened.removed == ("url",)
    assert [(found.kind, found.start, found.end, found.rule) for found in screened.findings] == [
        ("url", 9, 9, "hidden-target")
    ] * 2


def test_places_in_the_whole_text(content: Content) -> None:
    """When only the end of a text is delivered, findings are still places of the whole."""
    text = "Sam: ring 07700 900456"
    screened = screen(text, (), content, start=5)
    assert screened.deliverable is not None
    assert screened.deliverable.startswith("ring ")
    ((start, end),) = [(found.start, found.end) for found in screened.findings]
    assert text[start:end] == "07700 900456"


@pytest.mark.parametrize("fails", ["find_contact_details", "redact", "clean"])
def test_a_filter_that_fails(content: Content, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    """Whatever part of the filter fails, nothing may be delivered; the scan counts all the same."""
    monkeypatch.setattr(screening, fails, _fail)
    screened = screen("i want to die, ring 07700 900456", (), content)
    assert screened.deliverable is None
    assert screened.gravest is not None
    assert screened.gravest.kind == "suicide"


def test_a_scan_that_fails(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed scan is a finding of severity high over the whole text; the filter works all the same."""
    monkeypatch.setattr(screening, "find_safeguarding", _fail)
    screened = screen("hello", (), content)
    assert screened.gravest == Finding("safeguarding", SCAN_FAILED, "high", 0, 5, SCAN_FAILED)
    assert screened.deliverable == "hello"


def _fail(*_: object) -> None:
    raise RuntimeError
