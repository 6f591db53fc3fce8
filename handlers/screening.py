"""Both rule engines over what somebody wrote, with the safe answer when one of them fails."""

from contextlib import suppress
from dataclasses import dataclass, replace

from content.cleaning import clean
from content.contact_details import find_contact_details, redact
from content.library import Content
from content.safeguarding import Severity, find_safeguarding
from handlers.events import Inbound
from storage.messages import Finding

# The category of an alert whose scan failed: somebody has to read the words.
SCAN_FAILED = "scan_failed"
_BY_GRAVITY = [Severity.IMMEDIATE.value, Severity.HIGH.value, Severity.CONCERN.value]


@dataclass(frozen=True, slots=True)
class Screened:
    """What the engines made of some words."""

    findings: tuple[Finding, ...]
    # The words as they may be delivered; None when the filter failed and they must be held.
    deliverable: str | None
    # Kinds of contact details that were taken out, each once, in the order of the text.
    removed: tuple[str, ...]

    @property
    def gravest(self) -> Finding | None:
        """The gravest safeguarding finding, the first of equals; None when there is none."""
        serious = [finding for finding in self.findings if finding.severity is not None]
        return min(serious, key=lambda finding: _BY_GRAVITY.index(finding.severity or ""), default=None)


def words_of(inbound: Inbound) -> str:
    """The words that somebody sent: what they wrote, or the emoji that they set."""
    return inbound.text if inbound.reaction is None else inbound.reaction


def screen_inbound(inbound: Inbound, content: Content, *, start: int = 0) -> Screened:
    """Screen all words of what somebody sent; see `screen`."""
    return screen(words_of(inbound), inbound.hidden, content, start=start, beside=inbound.beside)


def screen(
    text: str, hidden: tuple[str, ...], content: Content, *, start: int = 0, beside: tuple[str, ...] = ()
) -> Screened:
    """Scan and filter the words of a text from `start` on; places in the findings are those of the whole text.

    Words that came `beside` the text are scanned by both engines too, but nothing of them is ever deliverable. What is
    found in them has its place in them where there is no text, and at the end of the text otherwise.

    Never raises: a failed scan is a hit, a failed filter holds the words.
    """
    found = _screen(text[start:], hidden, content)
    if beside:
        found = replace(found, findings=(*found.findings, *_beside("\n".join(beside), text[start:], content)))
    if not start:
        return found
    moved = (replace(one, start=one.start + start, end=one.end + start) for one in found.findings)
    return replace(found, findings=tuple(moved))


def _screen(text: str, hidden: tuple[str, ...], content: Content) -> Screened:
    findings = [*_safeguarding(text, content)]
    try:
        details = find_contact_details(text, content.contact_rules)
        deliverable = clean(redact(text, details, content.contact_rules))
        findings += [Finding("contact", found.kind, None, found.start, found.end, found.rule) for found in details]
    except Exception:  # noqa: BLE001 - whatever went wrong, what was not filtered must not pass
        deliverable = None
    # A link behind a word isn't delivered, since only plain text is; the coordinator sees that there was one.
    findings += [Finding("contact", "url", None, len(text), len(text), "hidden-target") for _ in hidden]
    removed = tuple(dict.fromkeys(found.kind for found in findings if found.engine == "contact"))
    return Screened(tuple(findings), deliverable, removed)


def _beside(words: str, text: str, content: Content) -> list[Finding]:
    findings = _safeguarding(words, content)
    # Nothing of these words goes anywhere, so that a filter that fails on them holds nothing up.
    with suppress(Exception):
        details = find_contact_details(words, content.contact_rules)
        findings += [Finding("contact", found.kind, None, found.start, found.end, found.rule) for found in details]
    return [replace(one, start=len(text), end=len(text)) for one in findings] if text else findings


def _safeguarding(text: str, content: Content) -> list[Finding]:
    try:
        return [
            Finding("safeguarding", found.category, found.severity.value, found.start, found.end, found.rule)
            for found in find_safeguarding(text, content.lexicon)
        ]
    except Exception:  # noqa: BLE001 - whatever went wrong, somebody has to look
        return [Finding("safeguarding", SCAN_FAILED, Severity.HIGH.value, 0, len(text), SCAN_FAILED)]
