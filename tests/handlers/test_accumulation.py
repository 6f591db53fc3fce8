"""Several concerns of one person add up."""

from datetime import timedelta

from handlers.accumulation import SEVERAL
from storage.alerts import alerts_in
from storage.case_entries import entries_of
from storage.ids import CaseId
from tests.handlers.town import Town

_WORDS = "been drinking again"


def _several(town: Town) -> list[int]:
    return [case.id for case in town.cases() if case.category == SEVERAL]


def test_the_third_concern_opens_one_case(settled: Town) -> None:
    """Two are two concerns; the third opens a case of severity high that names them; a fourth opens none."""
    for number in range(4):
        settled.say("Sam", _WORDS)
        assert len(_several(settled)) == (number >= 2)
        settled.clock.move(timedelta(hours=1))
    (number,) = _several(settled)
    case = next(case for case in settled.cases() if case.id == number)
    assert (case.severity, case.person_id) == ("high", settled.people["Sam"])
    entries = settled.act(lambda ctx: entries_of(ctx.tx, number))
    (entry,) = (one for one in entries if one.words)
    assert entry.words == settled.words("several-concerns", cases="1, 2, 3")


def test_concerns_far_apart_do_not_add_up(quick: Town) -> None:
    """The first is older than seven days when the third comes."""
    for _ in range(5):
        quick.say("Sam", _WORDS)
        quick.clock.move(timedelta(days=4))
    assert _several(quick) == []


def test_each_persons_own_are_counted(quick: Town) -> None:
    """Two of one and one of another are not three."""
    for name in ("Sam", "Sam", "Kim"):
        quick.say(name, _WORDS)
        quick.clock.move(timedelta(hours=1))
    assert _several(quick) == []


def test_each_of_a_pair_has_their_own(settled: Town) -> None:
    """Concerns of mentor and mentee share one case; only whoever wrote three of them has several."""
    for number, name in enumerate(("Jo", "Kim", "Kim", "Kim")):
        settled.say(name, _WORDS)
        assert len(_several(settled)) == (number == 3)
    first, several = settled.cases()
    assert (first.person_id, several.person_id) == (settled.people["Jo"], settled.people["Kim"])
    settled.say("Jo", _WORDS)
    assert len(_several(settled)) == 1


def test_both_of_a_pair_have_several_at_a_time(settled: Town) -> None:
    """The second one's joins the case of the first: told once, however many more there are."""
    for name in ("Kim", "Jo"):
        for _ in range(6):
            settled.say(name, _WORDS)
    [number] = _several(settled)
    alerts = [one for one in settled.act(lambda ctx: alerts_in(ctx.tx, CaseId(number))) if one.category == SEVERAL]
    assert len(alerts) == 2
    notes = [one.words for one in settled.act(lambda ctx: entries_of(ctx.tx, number)) if one.words]
    assert len(notes) == 2


def test_a_concern_without_a_message_is_whose_case_it_is(quick: Town) -> None:
    """Who began to tell one and wrote nothing has raised one of three; words of the other side are none of theirs."""
    quick.say("Jo", "/concern")
    for hours in (1, 24):
        quick.pass_time(hours=hours)
    assert [case.category for case in quick.cases()] == ["concern_told"]
    for name in ("Kim", "Kim", "Jo"):
        quick.say(name, _WORDS)
    assert _several(quick) == []
    quick.say("Jo", _WORDS)
    assert [case.person_id for case in quick.cases() if case.category == SEVERAL] == [quick.people["Jo"]]


def test_the_next_window_opens_another(quick: Town) -> None:
    """Once in the window: after it the concerns that go on make another case."""
    for _ in range(12):
        quick.say("Sam", _WORDS)
        quick.clock.move(timedelta(days=1))
    assert len(_several(quick)) == 2
