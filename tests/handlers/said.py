"""Every text key that the code names, with the variables that it passes: read from the source, not by running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from content.contact_rules import KINDS
from content.safeguarding import CATEGORIES, Severity
from handlers.accumulation import SEVERAL
from handlers.boundaries import ATTEMPTS
from handlers.cases.asking import TOPICS
from handlers.cases.outcomes import FalseAlarm, Outcome
from handlers.events import Channel
from handlers.guard import TOLD
from handlers.kinds import _GROUPS
from handlers.matching import _CHANGES
from handlers.menus import WHO_MAY
from handlers.reach import WHYS
from handlers.redelivery import CALLED
from handlers.screening import SCAN_FAILED
from handlers.stuck import KNOWN
from handlers.told import TOLD as TOLD_CASES
from storage.case_entries import EntryKind
from storage.contacts import ContactKind
from storage.people import Role

_ROOT = Path(__file__).parents[2]
_PEOPLE = tuple(role.value for role in Role)
_PAIR = (Role.MENTEE.value, Role.MENTOR.value)

# Whatever `NotDone` is raised with.
_NOT_DONE = {
    "closed", "nobody", "taken", "not-yours", "not-closed", "not-false", "no-outcome", "no-pair", "held", "not-held",
    "not-here", "no-words",
}  # fmt: skip
# What a placeholder in an f-string can be, by the expression in it.
_PLACEHOLDERS = {
    "person.role": _PEOPLE,
    "member.person.role": _PEOPLE,
    "partner.person.role": _PAIR,
    "case.category": (*CATEGORIES, SCAN_FAILED, SEVERAL, ATTEMPTS, *TOLD_CASES),
    "case.severity": tuple(severity.value for severity in Severity),
    "address.channel": tuple(channel.value for channel in Channel),
    "subject.role if subject else 'stranger'": (*_PEOPLE, "stranger"),
    "trouble": tuple(TOLD),
    "severity.value": tuple(severity.value for severity in Severity),
    "subject.role": _PEOPLE,
    "topic": tuple(topic.value for topic in TOPICS),
    "outcome": tuple(outcome.value for outcome in Outcome),
    "one": tuple(outcome.value for outcome in Outcome),
    "why": tuple(why.value for why in FalseAlarm),
    "entry.kind.value": tuple(kind.value for kind in EntryKind),
    "one.kind": (*CATEGORIES, SCAN_FAILED),
    "reason.why": tuple(sorted(_NOT_DONE)),
    "side": (*_PEOPLE, "stranger", "unsure"),
    "channel": tuple(channel.value for channel in Channel),
    "recipient.role": _PAIR,
    "kind": tuple(KINDS),
    "boundary": ("late", "much"),
    "reason": WHYS,
    "called": CALLED,
    "stuck": (*KNOWN, "other"),
    "group": tuple({*_GROUPS.values(), "kind"}),
    "name": tuple(WHO_MAY),
    "found": tuple(kind.value for kind in ContactKind),
}
# Keys of these files are a pair's, never a coordinator's.
_OF_A_PAIR = {"about.py", "matching.py"}
# Functions that say a text: which argument is the key.
_SAYING = {"text": 0, "say": 0, "tell": 2, "tell_coordinators": 2, "_say": 0, "refuse": 1}
_NOT_VALUES = {"leave_out"}


@dataclass(frozen=True, slots=True)
class Saying:
    """One text that some line says."""

    key: str
    values: frozenset[str]
    place: str


def sayings() -> set[Saying]:
    """Every text of handlers, scheduler and bot."""
    found = set()
    for folder in ("handlers", "scheduler", "bot"):
        for file in sorted((_ROOT / folder).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                found |= {Saying(key, values, f"{file.name}:{line}") for key, values, line in _of(function, file.name)}
    return found


def _of(function: ast.FunctionDef, file: str) -> Iterator[tuple[str, frozenset[str], int]]:
    parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        place = _SAYING.get(name)
        if place is None or len(call.args) <= place:
            continue
        key = call.args[place]
        if isinstance(key, ast.Name) and key.id in parameters:
            # The caller says what: its call is looked at itself.
            continue
        for words in _strings(key, function, file):
            yield words, frozenset(_values(call, function)), call.lineno


def _values(call: ast.Call, function: ast.FunctionDef) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield from {keyword.arg} - _NOT_VALUES
        elif isinstance(keyword.value, ast.Name):
            for given in _assigned(keyword.value.id, function):
                assert isinstance(given, ast.Dict), ast.unparse(call)
                yield from (str(ast.literal_eval(key)) for key in given.keys if key is not None)


def _strings(node: ast.expr, function: ast.FunctionDef, file: str) -> set[str]:
    """Whatever strings an expression can be. Raises `LookupError` when that can't be told."""
    match node:
        case ast.Constant(value=str(words)):
            return {words}
        case ast.IfExp(body=yes, orelse=no):
            return _strings(yes, function, file) | _strings(no, function, file)
        case ast.JoinedStr(values=parts):
            return {"".join(words) for words in product(*(_pieces(part, file) for part in parts))}
        case ast.Name(id=name):
            if ast.unparse(function).count("_CHANGES[change]") and name == "key":
                return {key for _, _, key in _CHANGES.values()}
            found = [_strings(given, function, file) for given in _assigned(name, function)]
            if found:
                return set().union(*found)
    raise LookupError(f"{file}: {ast.unparse(node)}")


def _pieces(part: ast.expr, file: str) -> tuple[str, ...]:
    if isinstance(part, ast.FormattedValue):
        source = ast.unparse(part.value)
        return _PAIR if source == "person.role" and file in _OF_A_PAIR else _PLACEHOLDERS[source]
    assert isinstance(part, ast.Constant)
    return (str(part.value),)


def _assigned(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a function assigns to one of its names, also as a part of several."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=True):
                    if isinstance(one, ast.Name) and one.id == name:
                        yield value
