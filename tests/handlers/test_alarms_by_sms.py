"""What goes by SMS about alarms, through the whole life of a case: numbers and how serious it is, and nothing else."""

import re
from datetime import timedelta

from content.safeguarding import Severity
from storage.people import Role, set_safeguarding_lead
from tests.handlers.test_hours import set_programme
from tests.handlers.town import SMS, Town

# Stands in every message: no text by SMS may have it.
_MARK = "zebedee"
# What a coordinator with a number may read there of a case, with what may be put into it.
_TEXTS = {
    "alert-sms": ("case", "severity"),
    "alert-repeat": ("case",),
    "alert-acknowledged": ("case", "name"),
    "alert-have-alone": ("case",),
    "case-grew": ("case",),
    "case-sms": ("case", "severity", "name"),
    "case-idle": ("case",),
    "case-not-not-here": ("case",),
    "case-noted": ("case",),
    "case-closed": ("case",),
    "cases-next": ("case",),
    "cases-line-sms": ("case", "severity", "time", "name"),
    "cases-more": ("count",),
    "digest-sms": ("case", "cases"),
}


def _allowed(town: Town) -> re.Pattern[str]:
    """Matches a line of what may go by SMS, and nothing else."""
    severities = "|".join(re.escape(town.words(f"severity-{one}")) for one in Severity)
    names = f"Ray|Morgan|{re.escape(town.words('case-nobody'))}"
    values = {
        "case": r"\d+",
        "cases": r"\d+(?:, \d+)*",
        "count": r"\d+",
        "severity": f"(?:{severities})",
        "name": f"(?:{names})",
        "time": r"\d+ (?:min|h|days)",
    }
    forms = []
    for key, variables in _TEXTS.items():
        said = town.words(key, **{name: f"{name}{name}" for name in variables})
        form = re.escape(said)
        # The longest first: "case" stands in "cases" too.
        for name in sorted(variables, key=len, reverse=True):
            form = form.replace(f"{name}{name}", values[name])
        forms.append(form)
    return re.compile("|".join(f"(?:{form})" for form in forms))


def _examples(town: Town) -> dict[tuple[str, str], str]:
    """One text for each category and severity that there are rules for."""
    rules = [one.rule for one in town.content.lexicon.rules]
    return {(rule.category, rule.severity.value): rule.finds[0].split(" / ")[0] for rule in rules}


def test_words_never_go_by_sms(quick: Town) -> None:
    """Whatever somebody wrote: an alert, digest, list, case or reminder by SMS has no word, name or category of it."""
    set_programme(quick, alert_names="name", sms_segments_a_month=0)
    quick.join("Ray", Role.COORDINATOR, SMS)
    quick.act(lambda ctx: set_safeguarding_lead(ctx.tx, quick.people["Ray"], lead=True))
    examples = _examples(quick)
    assert len({category for category, _ in examples}) >= 20
    for words in examples.values():
        for again in (f"{words} {_MARK}", f"{words}, {_MARK}"):
            quick.receive(quick.inbound("Kim", again))
        quick.clock.move(timedelta(minutes=16))
        quick.do_due()
    of_each = {case.severity: case.id for case in quick.cases()}
    assert of_each.keys() == {severity.value for severity in Severity}
    quick.clock.move(timedelta(days=3))
    quick.do_due()
    quick.receive(quick.inbound("Ray", "/cases"))
    for number in of_each.values():
        for answer in (f"/case {number}", f"HAVE {number} {_MARK}", f"HAVE {number}", f"/note {number} {_MARK}"):
            quick.receive(quick.inbound("Ray", answer))
        quick.receive(quick.inbound("Ray", button=f"case:{number}:show", press_id="press", message_ref=None))
    quick.clock.move(timedelta(days=3))
    quick.do_due()
    for number in of_each.values():
        quick.receive(quick.inbound("Ray", f"/close {number} support given: {_MARK}"))
    heard = [line for sent in quick.outbox("Ray") for line in sent.text.splitlines()]
    assert {key for key in _TEXTS for line in heard if _begins(quick, key, line)} == _TEXTS.keys()
    allowed = _allowed(quick)
    assert [line for line in heard if not allowed.fullmatch(line)] == []


def _begins(town: Town, key: str, line: str) -> bool:
    said = town.words(key, **dict.fromkeys(_TEXTS[key], "\x00"))
    return all(part in line for part in said.split("\x00") if part.strip())
