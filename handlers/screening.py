"""Both rule engines over what somebody wrote, with the safe answer when one of them fails."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from content import contact_details, safeguarding
from content.cleaning import clean
from content.contact_details import ContactFinding, find_contact_details, redact
from content.library import Content
from content.programme import ContactPolicy, DetailPolicy
from content.safeguarding import Severity, Side, find_safeguarding
from handlers.events import Inbound
from storage.messages.findings import Finding

# The category of an alert whose scan failed: somebody has to read the words.
SCAN_FAILED = "scan_failed"
_BY_GRAVITY = [Severity.IMMEDIATE.value, Severity.HIGH.value, Severity.CONCERN.value]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words are screened: what the engines, and what becomes of what they find, depend on besides the words."""

    # None for a coordinator, a stranger, and one of whom nobody knows yet who it is.
    side: Side | None = None
    policy: ContactPolicy = field(default_factory=ContactPolicy)
    # Reads what they wrote before, oldest first. It is asked only when an engine says that it could matter.
    earlier: Callable[[], Sequence[str]] = tuple


NOBODY = Speaker()


@dataclass(frozen=True, slots=True)
class Screened:
    """What the engines made of some words."""

    findings: tuple[Finding, ...]
    # The words as they may be delivered; None when the filter failed and they must be held.
    deliverable: str | None
    # Kinds of contact details that were taken out, each once, in the order of the text.
    removed: tuple[str, ...]
    # What the programme's policies make of the message as a whole.
    policy: DetailPolicy = "allow"
    # Where the policy is "hold": the words as they may be delivered once a coordinator lets them pass as they are.
    whole: str | None = None

    @property
    def gravest(self) -> Finding | None:
        """The gravest safeguarding finding, the first of equals; None when there is none."""
        return gravest_of(self.findings)

    def decided_by(self, policy: ContactPolicy, decision: DetailPolicy) -> tuple[str, ...]:
        """The kinds of contact details found that a policy decides so about, each once."""
        kinds = (found.kind for found in self.findings if found.engine == "contact")
        return tuple(dict.fromkeys(kind for kind in kinds if policy.of(kind) == decision))


def gravest_of(findings: Iterable[Finding]) -> Finding | None:
    """The gravest safeguarding finding among some, the first of equals; None when there is none."""
    serious = [finding for finding in findings if finding.severity is not None]
    return min(serious, key=lambda finding: _BY_GRAVITY.index(finding.severity or ""), default=None)


def words_of(inbound: Inbound) -> str:
    """The words that somebody sent: what they wrote, or the emoji that they set."""
    return inbound.text if inbound.reaction is None else inbound.reaction


def screen_inbound(inbound: Inbound, content: Content, speaker: Speaker = NOBODY, *, start: int = 0) -> Screened:
    """Screen all words of what somebody sent; see `screen`."""
    return screen(words_of(inbound), inbound.hidden, content, speaker, start=start, beside=inbound.beside)


def screen(
    text: str,
    hidden: tuple[str, ...],
    content: Content,
    speaker: Speaker = NOBODY,
    *,
    start: int = 0,
    beside: tuple[str, ...] = (),
) -> Screened:
    """Scan and filter the words of a text from `start` on; places in the findings are those of the whole text.

    Words that came `beside` the text are scanned by both engines too, but nothing of them is ever deliverable. What is
    found in them has its place in them where there is no text, and at the end of the text otherwise.

    Never raises for what the engines do: a failed scan is a hit, a failed filter holds the words.
    """
    found = _screen(text[start:], hidden, content, speaker)
    if beside:
        besides = _beside("\n".join(beside), text[start:], content, speaker)
        found = replace(found, findings=(*found.findings, *besides))
    if not start:
        return found
    moved = (replace(one, start=one.start + start, end=one.end + start) for one in found.findings)
    return replace(found, findings=tuple(moved))


def _screen(text: str, hidden: tuple[str, ...], content: Content, speaker: Speaker) -> Screened:
    before = speaker.earlier() if _may_continue(text, content) else ()
    findings = [*_safeguarding(text, content, speaker.side, before)]
    policy, rules = speaker.policy, content.contact_rules
    taken: list[ContactFinding] = []
    kinds: list[str] = []
    whole = None
    try:
        details = find_contact_details(text, rules, before)
        taken = [found for found in details if policy.of(found.kind) != "allow"]
        deliverable = clean(redact(text, taken, rules))
        kinds = [found.kind for found in details]
        if policy.strictest(kinds) == "hold":
            whole = clean(redact(text, [found for found in taken if policy.of(found.kind) != "hold"], rules))
        findings += map(_contact, details)
    except Exception:  # noqa: BLE001 - whatever went wrong, what was not filtered must not pass
        deliverable, taken, kinds = None, [], []
    # A link behind a word isn't delivered, since only plain text is; the coordinator sees that there was one.
    findings += [Finding("contact", "url", None, len(text), len(text), "hidden-target") for _ in hidden]
    behind = ["url"] * len(hidden)
    removed = tuple(dict.fromkeys([*(found.kind for found in taken), *behind]))
    return Screened(tuple(findings), deliverable, removed, policy.strictest([*kinds, *behind]), whole)


def _may_continue(text: str, content: Content) -> bool:
    """Whether earlier messages could make a difference; yes where an engine can't say."""
    try:
        return contact_details.may_continue(text, content.contact_rules) or safeguarding.may_continue(
            text, content.lexicon
        )
    except Exception:  # noqa: BLE001 - the engines themselves are tried next, with all that they could need
        return True


def _contact(found: ContactFinding) -> Finding:
    return Finding(
        "contact", found.kind, None, found.start, found.end, found.rule, found.sure.value, reaches_back=found.back
    )


def _beside(words: str, text: str, content: Content, speaker: Speaker) -> list[Finding]:
    findings = _safeguarding(words, content, speaker.side)
    # Nothing of these words goes anywhere, so that a filter that fails on them holds nothing up.
    with suppress(Exception):
        findings += map(_contact, find_contact_details(words, content.contact_rules))
    return [replace(one, start=len(text), end=len(text)) for one in findings] if text else findings


def _safeguarding(text: str, content: Content, side: Side | None, before: Sequence[str] = ()) -> list[Finding]:
    try:
        return [
            Finding(
                "safeguarding",
                found.category,
                found.severity.value,
                found.start,
                found.end,
                found.rule,
                found.sure.value,
                found.back,
            )
            for found in find_safeguarding(text, content.lexicon, side, before)
        ]
    except Exception:  # noqa: BLE001 - whatever went wrong, somebody has to look
        return [Finding("safeguarding", SCAN_FAILED, Severity.HIGH.value, 0, len(text), SCAN_FAILED)]
