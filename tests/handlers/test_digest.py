"""The digest of concerns, and reminders of a case in which nothing is done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from handlers.cases import digest, reminding
from handlers.context import Context
from storage.case_entries import EntryKind, add_entry, entries_of
from storage.cases import Source, close_case, find_case, open_case
from storage.duties import DutyKind, NewDuty, add_duty
from storage.ids import CaseId
from storage.outbox.rows import Priority
from storage.people import Role, get_person, set_safeguarding_lead
from storage.schema.people import people
from tests.handlers.town import OTHER, PROGRAMME, SMS, Town

# A Friday, ten o'clock in London's winter.
_FRIDAY = datetime(2026, 1, 9, 10, tzinfo=UTC)
_MONDAY = datetime(2026, 1, 12, 9, tzinfo=UTC)


@pytest.fixture
def friday(settled: Town) -> Town:
    """The people of most stories on a Friday."""
    settled.clock.now = _FRIDAY
    return settled


def _sweep(town: Town, moment: datetime) -> int:
    """Do what is due at a moment; how much it was."""
    town.clock.now = moment
    return town.do_due()


def _concern(town: Town, category: str = "neglect", **changes: Any) -> int:  # noqa: ANN401 - of `open_case`
    """A concern about Sam's words."""

    def work(ctx: Context) -> int:
        sam = get_person(ctx.tx, town.people["Sam"])
        values: dict[str, Any] = {
            "programme": PROGRAMME,
            "category": category,
            "severity": "concern",
            "source": Source.WORDS,
            "person_id": sam.id,
            "match_id": None,
            "key_id": sam.key_id,
        } | changes
        digest.begin(ctx)
        return open_case(ctx.tx, now=ctx.now, **values).id

    return town.act(work)


def test_a_digest_on_monday(friday: Town) -> None:
    """Concerns of a weekend are one message, each a line with number, category and reference, without the words."""
    friday.say("Sam", "been drinking again")
    _concern(friday)
    assert _sweep(friday, _MONDAY - timedelta(seconds=1)) == 0
    assert friday.heard("Morgan") == []
    assert _sweep(friday, _MONDAY) == 2
    (sent,) = [one for one in friday.outbox("Morgan") if one.priority == Priority.ALERT]
    side = friday.words("reference-mentee", number=str(friday.people["Sam"]))
    first, *lines = sent.text.splitlines()
    assert first == friday.words("digest", count=2)
    assert lines == [
        friday.words("digest-line", case=str(case.id), category=friday.words(f"category-{case.category}"), side=side)
        for case in friday.cases()
    ]
    assert sent.options == (("I have 1", "have:1"), ("I have 2", "have:2"))
    assert _called(friday, 1) == [{"rung": 0, "to": "digest", "people": str(friday.people["Morgan"])}]


def test_a_concern_comes_again_until_somebody_has_it(friday: Town) -> None:
    """What nobody acknowledged is in the next digest, and nothing comes when there is nothing."""
    _concern(friday)
    heard = []
    for day in range(3):
        _sweep(friday, _MONDAY + timedelta(days=day))
        heard.append(friday.heard("Morgan").count(_one(friday)))
        if day == 1:
            friday.press("Morgan", "have:1")
    assert heard == [1, 1, 0]


def _one(town: Town) -> str:
    """A digest of the first case."""
    side = town.words("reference-mentee", number=str(town.people["Sam"]))
    line = town.words("digest-line", case="1", category=town.words("category-neglect"), side=side)
    return town.words("digest", count=1) + "\n" + line


def test_a_digest_across_the_clock_change(friday: Town) -> None:
    """Nine stays nine on the programme's clock when the clocks have gone back over the weekend."""
    friday.clock.now = datetime(2026, 10, 23, 12, tzinfo=UTC)
    _concern(friday)
    assert _sweep(friday, datetime(2026, 10, 26, 8, 59, 59, tzinfo=UTC)) == 0
    _sweep(friday, datetime(2026, 10, 26, 9, tzinfo=UTC))
    assert len(friday.heard("Morgan")) == 1


def _on_duty(town: Town, name: str, hours: str = "") -> None:
    new = NewDuty(
        programme=PROGRAMME,
        person_id=town.people[name],
        kind=DutyKind.WORKING,
        hours=hours,
        from_day=_FRIDAY.date() - timedelta(days=7),
    )
    town.act(lambda ctx: add_duty(ctx.tx, new))


def _called(town: Town, number: int) -> list[Any]:
    entries = town.act(lambda ctx: entries_of(ctx.tx, number))
    return [one.detail for one in entries if one.kind is EntryKind.CALLED]


def test_those_on_duty_are_told(friday: Town) -> None:
    """The digest goes to whom the rota names at nine, and to nobody else."""
    friday.join("Ray", Role.COORDINATOR)
    _on_duty(friday, "Ray")
    _concern(friday)
    _sweep(friday, _MONDAY)
    assert (len(friday.heard("Ray")), friday.heard("Morgan")) == (1, [])


def test_whom_it_is_about_does_not_hear(friday: Town) -> None:
    """Each gets a digest of their own, without what is about them."""
    friday.join("Ray", Role.COORDINATOR)
    about = friday.people["Morgan"]
    _concern(friday, about_id=about)
    _concern(friday, "bullying_severe")
    _sweep(friday, _MONDAY)
    (mine,), (whole,) = friday.heard("Morgan"), friday.heard("Ray")
    assert (len(mine.splitlines()), len(whole.splitlines())) == (2, 3)
    assert friday.words("category-neglect") not in mine


def test_by_sms_it_names_numbers_only(friday: Town) -> None:
    """An SMS says which cases there are, and how to answer."""
    friday.join("Ray", Role.COORDINATOR, SMS)
    _concern(friday)
    _concern(friday, "bullying_severe")
    _sweep(friday, _MONDAY)
    assert friday.heard("Ray") == [friday.words("digest-sms", cases="1, 2", case="1")]


def test_a_strangers_concern_is_for_all_programmes(friday: Town) -> None:
    """Those of all programmes hear of it; a programme's own stays in the programme."""
    friday.join("Ray", Role.COORDINATOR, programme=OTHER)
    _concern(friday, programme=None, person_id=None)
    _concern(friday, "bullying_severe")
    _sweep(friday, _MONDAY)
    assert [len(friday.heard(name)[0].splitlines()) for name in ("Morgan", "Ray")] == [3, 2]


def test_a_strangers_concern_comes_in_each_programmes_own_digest(friday: Town) -> None:
    """At each programme's time, on its working days, to who is on duty there, and to nobody twice."""
    friday.join("Far", Role.COORDINATOR, programme=OTHER)
    friday.join("Ray", Role.COORDINATOR)
    _on_duty(friday, "Ray")
    later = friday.content.programmes[OTHER].model_copy(
        update={"digest_at": "11:00", "holidays": (_MONDAY.date(),), "time_zone": "Europe/Paris"}
    )
    friday.content = replace(friday.content, programmes={**friday.content.programmes, OTHER: later})
    friday.stranger("Somebody")
    friday.say("Somebody", "been drinking again")
    names, heard = ("Morgan", "Ray", "Far"), []
    for moment in (_MONDAY, _MONDAY + timedelta(days=1), datetime(2026, 1, 13, 10, tzinfo=UTC)):
        for name in names:
            friday.heard(name)
        _sweep(friday, moment)
        heard.append([sum("oncern" in text for text in friday.heard(name)) for name in names])
    assert heard == [[0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert [one["to"] for one in _called(friday, 1)] == ["digest"] * 3


def test_a_strangers_concern_without_people_of_a_programme(friday: Town) -> None:
    """Where only a programme that is gone has coordinators they read it once, in the first programme's digest."""
    friday.block("Morgan")
    friday.act(lambda ctx: ctx.tx.execute(update(people).where(people.c.id == 1).values(programme="former")))
    friday.block("Morgan", blocked=False)
    friday.stranger("Somebody")
    friday.say("Somebody", "been drinking again")
    friday.heard("Morgan")
    _sweep(friday, _MONDAY)
    assert [text for text in friday.heard("Morgan") if "oncern" in text] != []
    assert len(_called(friday, 1)) == 1


def test_the_figures_for_a_stranger_are_those_of_the_first_programme(friday: Town) -> None:
    """By name, in whatever order the files were read; one that is known has the figures of their own."""
    first = friday.content.programmes[OTHER].model_copy(update={"id": "art", "case_joins_minutes": 60})
    friday.content = replace(friday.content, programmes={**friday.content.programmes, "art": first})
    friday.stranger("Somebody")
    for _ in range(2):
        for name in ("Somebody", "Sam"):
            friday.say(name, "been drinking again")
        friday.clock.move(timedelta(minutes=59))
    assert [case.programme for case in friday.cases()] == [None, PROGRAMME, PROGRAMME]


def test_a_person_without_a_match_stays_in_the_programme(friday: Town) -> None:
    """Their concern and their alarm are their programme's, though no pair is."""
    friday.join("Far", Role.COORDINATOR, programme=OTHER)
    friday.join("Lou", Role.MENTEE, programme=OTHER)
    friday.say("Lou", "been drinking again")
    friday.say("Lou", "i want to die")
    assert [text.splitlines()[0] for text in friday.heard("Far") if "lert" in text] == ["Alert 2: suicide"]
    _sweep(friday, _MONDAY)
    assert sum("oncern" in text for text in friday.heard("Far")) == 1
    assert friday.heard("Morgan") == []


def test_a_digest_that_reaches_nobody(friday: Town) -> None:
    """It is logged by its number, and the concern is in the next one."""
    friday.block("Morgan")
    _concern(friday)
    friday.heard("Morgan")
    with capture_logs() as logs:
        _sweep(friday, _MONDAY)
    assert [(one["event"], one["case"]) for one in logs if one["log_level"] == "error"] == [
        ("concern reaches nobody", 1)
    ]
    friday.block("Morgan", blocked=False)
    _sweep(friday, _MONDAY + timedelta(days=1))
    assert friday.words("digest", count=1) in friday.heard("Morgan")[-1]


def test_a_programme_that_is_gone(friday: Town) -> None:
    """Its digest does nothing and doesn't come again; its concerns are in the others'."""
    _concern(friday, programme="former")
    friday.act(lambda ctx: digest.digest(ctx, 1))
    assert friday.heard("Morgan") == []
    _sweep(friday, _MONDAY)
    assert len(friday.heard("Morgan")) == 1


# Reminders


def _taken(town: Town) -> CaseId:
    """Morgan has a case."""
    number = _concern(town)
    town.press("Morgan", f"have:{number}")
    return CaseId(number)


def _act_on(town: Town, number: CaseId, kind: EntryKind) -> None:
    def work(ctx: Context) -> None:
        case = find_case(ctx.tx, number)
        assert case is not None
        add_entry(ctx.tx, case, kind, ctx.now, by=town.people["Morgan"])

    town.act(work)


def _idle(town: Town, name: str) -> bool:
    return town.words("case-idle", case="1") in town.heard(name)


def test_a_reminder_on_a_working_day(friday: Town) -> None:
    """Who has a case in which nothing is done is reminded on Monday, a day later the leads too."""
    friday.join("Ray", Role.COORDINATOR)
    friday.act(lambda ctx: set_safeguarding_lead(ctx.tx, friday.people["Ray"], lead=True))
    _taken(friday)
    _sweep(friday, _FRIDAY + timedelta(days=2))
    assert not _idle(friday, "Morgan")
    _sweep(friday, _FRIDAY + timedelta(days=3))
    assert (_idle(friday, "Morgan"), _idle(friday, "Ray")) == (True, False)
    _sweep(friday, _FRIDAY + timedelta(days=4))
    assert (_idle(friday, "Morgan"), _idle(friday, "Ray")) == (True, True)
    kinds = [one.kind for one in friday.act(lambda ctx: entries_of(ctx.tx, 1))]
    assert kinds.count(EntryKind.REMINDED) == 2


@pytest.mark.parametrize(
    ("kind", "reminded"), [(EntryKind.ACTION, False), (EntryKind.REFERRAL, False), (EntryKind.SHOWN, True)]
)
def test_what_was_done_meanwhile(friday: Town, kind: EntryKind, *, reminded: bool) -> None:
    """Something done puts the reminder off by the programme's time; to look at the words is not something done."""
    number = _taken(friday)
    friday.clock.now = _FRIDAY + timedelta(days=2, hours=12)
    _act_on(friday, number, kind)
    _sweep(friday, _FRIDAY + timedelta(days=3))
    assert _idle(friday, "Morgan") is reminded
    _sweep(friday, _FRIDAY + timedelta(days=4))
    assert _idle(friday, "Morgan")


def test_a_closed_case_is_left_alone(friday: Town) -> None:
    """Nobody is reminded of what is done with, nor of what isn't there."""
    number = _taken(friday)
    friday.act(lambda ctx: close_case(ctx.tx, number, "done", ctx.now))
    _sweep(friday, _FRIDAY + timedelta(days=3))
    friday.act(lambda ctx: reminding.remind(ctx, 99))
    assert not _idle(friday, "Morgan")


def test_no_reminders(friday: Town) -> None:
    """A programme with 0 hours has none."""
    programme = friday.content.programmes[PROGRAMME].model_copy(update={"case_reminder_hours": 0})
    friday.content = replace(friday.content, programmes={**friday.content.programmes, PROGRAMME: programme})
    _taken(friday)
    _sweep(friday, _FRIDAY + timedelta(days=4))
    assert not _idle(friday, "Morgan")


def test_whoever_has_it_may_not_see_it_any_more(friday: Town) -> None:
    """Then the leads are reminded at once."""
    friday.join("Ray", Role.COORDINATOR)
    friday.act(lambda ctx: set_safeguarding_lead(ctx.tx, friday.people["Ray"], lead=True))
    _taken(friday)
    friday.act(lambda ctx: ctx.tx.connection.exec_driver_sql("UPDATE people SET role = 'mentor' WHERE id = 1"))
    _sweep(friday, _FRIDAY + timedelta(days=3))
    assert (_idle(friday, "Morgan"), _idle(friday, "Ray")) == (False, True)
