"""The report of the engines counts right: what is found, what is taken too lightly, what alerts for nothing."""

from pathlib import Path

import pytest

from storage.messages.findings import Finding
from tests.rules import __main__ as report
from tests.rules.sets import ENGINES, Expected, Item, read_items
from tests.rules.weighing import Outcome, found_in, outcome
from tests.shipped import shipped_content

NUMBER = "07700 900123"
DETAIL = Item("a", "mentee", (f"{NUMBER} or mail",), (Expected(0, "phone", text=NUMBER),))
PIECES = Item("b", "mentee", ("first", "then", "last"), (Expected(1, "suicide", ("self_harm",), severity="high"),))


def _detail(start: int, end: int, kind: str = "phone") -> list[Finding]:
    return [Finding("contact", kind, None, start, end, "rule")]


def _concern(category: str, severity: str) -> list[Finding]:
    return [Finding("safeguarding", category, severity, 0, 1, "rule")]


@pytest.mark.parametrize(
    ("found", "became"),
    [
        (_detail(0, 12), Outcome(found=True, right_kind=True)),
        (_detail(11, 14), Outcome(found=True, right_kind=True)),
        (_detail(3, 4, "bank"), Outcome(found=True)),
        (_detail(12, 20), Outcome(found=False)),
        ([], Outcome(found=False)),
    ],
)
def test_a_detail_is_found_where_it_stands(found: list[Finding], became: Outcome) -> None:
    """A finding that takes in a part of it counts, of its own kind or another; one beside it doesn't."""
    assert outcome(DETAIL, DETAIL.expected[0], [found]) == became


def test_a_detail_that_stands_twice_is_found_at_either_place() -> None:
    """The text of what is expected says no place."""
    item = Item("c", "mentee", (f"{NUMBER} i said {NUMBER}",), DETAIL.expected)
    assert outcome(item, item.expected[0], [_detail(24, 30)]).found


@pytest.mark.parametrize(
    ("found", "became"),
    [
        ([[], _concern("suicide", "high"), []], Outcome(found=True, right_kind=True)),
        ([[], [], _concern("self_harm", "immediate")], Outcome(found=True, right_kind=True, severity=1)),
        ([[], _concern("suicide", "concern"), []], Outcome(found=True, right_kind=True, severity=-1)),
        ([[], _concern("suicide", "concern"), _concern("suicide", "high")], Outcome(found=True, right_kind=True)),
        ([_concern("suicide", "high"), [], []], Outcome(found=False)),
        ([[], _concern("missing", "high"), []], Outcome(found=False)),
    ],
)
def test_a_concern_is_found_from_its_message_on(found: list[list[Finding]], became: Outcome) -> None:
    """By its own category or one that is right as well; the gravest severity counts."""
    assert outcome(PIECES, PIECES.expected[0], found) == became


def test_each_engine_is_counted_by_itself() -> None:
    """What the other engine finds in the same words is neither found nor a false alarm."""
    item = Item("d", "mentee", (f"i want to kill myself ring {NUMBER}",), ())
    content = shipped_content()
    for engine, recorded in zip(ENGINES, ("contact", "safeguarding"), strict=True):
        assert {one.engine for one in found_in(engine, item, content)[0]} == {recorded}


def test_the_table_of_some_items() -> None:
    """Recall, kinds, alarms of near misses by item and by message, and the time."""
    missed = Item("e", "mentee", ("nothing here",), (Expected(0, "phone", text="nothing"),))
    alarm = Item("f", "mentee", (f"ring {NUMBER}", "ok", "ok", "ok"), (), "phone")
    lines = list(report.report("contact_details", "work", [DETAIL, missed, alarm], shipped_content()))
    assert lines[2].split() == ["phone", "2", "1", "50.0%", "100.0%"]
    assert lines[3].split() == ["all", "2", "1", "50.0%", "100.0%"]
    assert lines[4] == "near misses: 1 of 1 alert (100.0%); 250 false alarms in a thousand messages that come near"
    assert lines[5].startswith("time for a message: median ")
    assert [
        line.split(":")[0] for line in report.missed("contact_details", [DETAIL, missed, alarm], shipped_content())
    ] == [
        "e missed phone",
        "f false alarm (phone-mobile)",
    ]


def test_severities_of_some_items() -> None:
    """Too low, right and too high are shares of what was found; what was missed altogether has no severity."""
    text = ("i want to kill myself",)
    items = [
        Item("g", "mentee", text, (Expected(0, "suicide", severity="immediate"),)),
        Item("h", "mentee", text, (Expected(0, "suicide", severity="high"),)),
        Item("i", "mentee", ("hello",), (Expected(0, "suicide", severity="high"),)),
    ]
    lines = list(report.report("safeguarding", "work", items, shipped_content()))
    assert lines[2].split() == ["suicide", "3", "2", "66.7%", "0.0%", "50.0%", "50.0%"]
    listed = list(report.missed("safeguarding", items, shipped_content()))
    assert listed == [f"h too high, must be high: {text[0]}", "i missed suicide: hello"]


def test_the_half_for_the_figure_is_never_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence says why, and nothing of it is printed."""
    assert report.main(["--missed", "held_out"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("The held-out half is listed for nobody")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sets_are_whole(engine: str) -> None:
    """Half to work with: every detail stands in its message, each item has its own id, and near misses say to what."""
    items = [item for one in ENGINES if one == engine for item in read_items(one, "work")]
    assert len({item.id for item in items}) == len(items) > 500
    for item in items:
        assert bool(item.near) != bool(item.expected)
        for expected in item.expected:
            assert expected.text in item.messages[expected.message]


def test_the_make_target_runs_this() -> None:
    """`make rules-report` is this module."""
    assert "-m tests.rules\n" in (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
