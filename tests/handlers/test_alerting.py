"""Alerts: who is told, in what words, how often, and who has them."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from content.ladder import Ladder, Rung
from handlers.cases.calling import UNANSWERED, climb
from handlers.context import Context
from handlers.events import Inbound, OptOut
from handlers.receive import receive
from scheduler.sweeps import DIARY
from storage.addresses import addresses_of
from storage.audit import read_audit
from storage.case_entries import EntryKind, entries_of
from storage.cases import Source, open_case
from storage.duties import Duty, DutyKind, NewDuty, add_duty, remove_duty
from storage.ids import AddressId
from storage.outbox.claiming import claim
from storage.outbox.rows import Priority
from storage.people import Role, get_person
from storage.transaction import Transaction
from tests.handlers.test_hours import set_programme
from tests.handlers.town import OTHER, PROGRAMME, SMS, Town

_WORDS = "i want to die"
# Below an alert about words of a pair.
_BUTTONS = ("option-have-this", "option-show-words", "option-hold-pair", "option-false-alarm")


def _alerted(town: Town) -> set[str]:
    return {sent.to for sent in town.outbox() if sent.priority == Priority.ALERT and "lert 1" in sent.text}


def test_an_alert(settled: Town) -> None:
    """Serious words reach the coordinator at once, without the words; the mentee gets the emergency numbers."""
    assert settled.say("Sam", _WORDS) == [settled.words("crisis", "Sam")]
    (sent,) = settled.outbox("Morgan")
    assert (sent.priority, sent.labels) == (Priority.ALERT, [settled.words(key) for key in _BUTTONS])
    assert settled.words("category-suicide") in sent.text
    assert settled.words("severity-immediate") in sent.text
    assert f"mentee {settled.people['Sam']}" in sent.text
    assert _WORDS not in sent.text
    assert "Sam" not in sent.text
    # They are passed on all the same.
    assert _WORDS in settled.heard("Alex")[-1]
    ((case),) = settled.cases()
    assert (case.severity, case.programme, case.match_id) == ("immediate", "mentoring", 1)
    assert settled.line(_WORDS).cases == [case.id]


def test_an_alert_by_sms(settled: Town) -> None:
    """By SMS an alert names the case and how serious it is, not what about; it is answered with its number."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.say("Sam", _WORDS)
    (text,) = settled.heard("Ray")
    assert text == settled.words("alert-sms", case="1", severity=settled.words("severity-immediate"))
    assert settled.outbox("Ray")[-1].options == ()
    assert settled.say("Ray", " have #1. ") == [settled.words("alert-acknowledged", name="Ray", case="1")]
    assert settled.heard("Morgan")[-1] == settled.words("alert-acknowledged", name="Ray", case="1")


@pytest.mark.parametrize("words", ["HAVE", "HAVE x", "have one", "HAVE 0", "HAVE 2", f"HAVE {'1' * 5000}", "HAVEN 1"])
def test_what_does_not_take_an_alert(quick: Town, words: str) -> None:
    """Anything but HAVE and the number of a case of one's own takes nothing."""
    quick.say("Sam", _WORDS)
    quick.say("Morgan", words)
    assert quick.cases()[0].acknowledged_by is None


@pytest.mark.parametrize(
    "words",
    [
        *("HAVE 1", "have1", "HAVE1 ", "Have #1", "“HAVE 1”", '"have 1".', "'Have 1!'", "\nhave  1\n", "HAVE 1.."),
        *("HAVE: 1", "have-1", "*HAVE 1*", "(have 1)", "Have 1 🙏", "have 1\u200b", "HAVE 001", "have №1"),
        *("Have alert 1", "have case #1", "HAVE no. 1", "have number 1", "/have #1.", "/have alert 1"),
    ],
)
def test_an_answer_as_it_is_typed_at_night(quick: Town, words: str) -> None:
    """With the quotation marks of the text that asked for it, without a blank, in any case: it takes the alert."""
    quick.join("Ray", Role.COORDINATOR, SMS)
    quick.say("Sam", _WORDS)
    assert quick.say("Ray", words) == [quick.words("alert-acknowledged", name="Ray", case="1")]


@pytest.mark.parametrize(
    "words",
    [
        *("HAVE 1 2", "I HAVE 1", "have 1 meeting, can somebody else", "HAVE 1 " + "ring me back please " * 40),
        *(
            "have 1?",
            "hav 1",
            "HVE 1",
            "haev 1",
            "I've 1",
            "ive got 1",
            "have it 1",
            "Re: HAVE 1",
            "got this 1",
            "1 ?",
        ),
    ],
)
def test_an_answer_that_goes_on(quick: Town, words: str) -> None:
    """Words behind the number may mean anything: they take nothing, nor do errors, and it is said how it is done."""
    quick.join("Ray", Role.COORDINATOR, SMS)
    quick.say("Sam", _WORDS)
    assert quick.say("Ray", words) == [quick.words("alert-have-alone", case="1")]
    assert quick.cases()[0].acknowledged_by is None
    # A note that was asked for may begin like that.
    quick.press("Morgan", "have:1")
    quick.press("Morgan", "case:1:note")
    assert quick.say("Morgan", words) == [quick.words("case-noted", case="1")]
    assert quick.say("Morgan", "so what") == [quick.words("help-coordinator", "Morgan")]


@pytest.mark.parametrize("words", ["/have 1 thanks", "/have 1?", "/have 1 2"])
def test_a_command_that_goes_on(quick: Town, words: str) -> None:
    """It takes nothing either, and doesn't say that there is no such alert."""
    quick.say("Sam", _WORDS)
    quick.heard("Morgan")
    assert quick.say("Morgan", words) == [quick.words("alert-have-alone", case="1")]
    assert quick.cases()[0].acknowledged_by is None


@pytest.mark.parametrize("words", ["2 of us are here", "have a look at 1", "haven 1", "behave 1", "half past 1"])
def test_words_with_a_number_that_mean_no_alert(quick: Town, words: str) -> None:
    """They are answered with what a coordinator can do."""
    quick.say("Sam", _WORDS)
    quick.heard("Morgan")
    assert quick.say("Morgan", words) == [quick.words("help-coordinator", "Morgan")]


def test_the_whole_number_counts(quick: Town) -> None:
    """HAVE 12 takes the twelfth of a hundred and twenty-three, and HAVE 123 the last."""

    def work(ctx: Context) -> None:
        sam = get_person(ctx.tx, quick.people["Sam"])
        for _ in range(123):
            open_case(
                ctx.tx,
                programme=PROGRAMME,
                category="suicide",
                severity="immediate",
                source=Source.WORDS,
                person_id=sam.id,
                match_id=None,
                key_id=sam.key_id,
                now=ctx.now,
            )

    quick.act(work)
    for number in (12, 123, 1):
        quick.say("Morgan", f"have {number}")
    assert [case.id for case in quick.cases() if case.acknowledged_by is not None] == [1, 12, 123]


@pytest.mark.parametrize(("policy", "said", "unsaid"), [("name", "Sam", "mentee 3"), ("reference", "mentee 3", "Sam")])
def test_whose_words_an_alert_says_they_are(quick: Town, policy: str, said: str, unsaid: str) -> None:
    """The first name or a number of the records, by the programme's policy, in alert, case and digest; never by SMS."""
    set_programme(quick, alert_names=policy)
    quick.join("Ray", Role.COORDINATOR, SMS)
    assert quick.people["Sam"] == 3
    quick.say("Sam", _WORDS)
    quick.say("Sam", "been drinking again")
    quick.clock.move(timedelta(days=4))
    quick.do_due()
    quick.say("Morgan", "/case 1")
    heard = [sent.text for sent in quick.outbox("Morgan")]
    of_alerts = [text for text in heard if "Alert 1:" in text or "Case 1:" in text or "concern" in text]
    assert len(of_alerts) >= 3
    assert all(said in text and unsaid not in text for text in of_alerts)
    by_sms = quick.heard("Ray")
    assert len(by_sms) >= 2
    assert not any("Sam" in text or "mentee" in text for text in by_sms)


def test_a_stranger_has_neither_name_nor_number(quick: Town) -> None:
    """Where nobody knows who it is no policy makes a name of it."""
    set_programme(quick, alert_names="name")
    quick.stranger("Stranger")
    quick.say("Stranger", _WORDS)
    [alert] = [sent.text for sent in quick.outbox("Morgan") if "Alert 1:" in sent.text]
    assert quick.words("side-stranger") in alert


def test_a_graver_message_calls_again(settled: Town) -> None:
    """What joins a case and is graver than it was makes it nobody's: the whole alert again, up the graver's ladder."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    _on_rota(settled, "Morgan", DutyKind.WORKING)
    settled.say("Sam", "been having suicidal thoughts")
    settled.press("Morgan", "have:1")
    for name in ("Morgan", "Ray"):
        settled.heard(name)
    settled.clock.move(timedelta(minutes=9))
    settled.say("Sam", "gonna top myself")
    [case] = settled.cases()
    assert (case.severity, case.state, case.acknowledged_by) == ("immediate", "open", None)
    [alert] = settled.heard("Morgan")
    assert settled.words("severity-immediate") in alert
    assert settled.heard("Ray") == []
    # Five minutes, where "high" would have waited for thirty.
    settled.clock.move(timedelta(minutes=5))
    assert settled.do_due() == 1
    assert settled.heard("Ray") == [settled.words("alert-sms", case="1", severity=settled.words("severity-immediate"))]
    rungs = [one.detail["rung"] for one in settled.act(lambda ctx: entries_of(ctx.tx, 1)) if "rung" in one.detail]
    assert rungs == [0, 0, 1]
    # Who had it is free to take it again.
    assert settled.press("Morgan", "have:1") == [settled.words("alert-acknowledged", name="Morgan", case="1")]


def test_a_concern_that_becomes_graver(quick: Town) -> None:
    """A concern that waited for the digest calls at once when it is one no longer, and is in no digest then."""
    quick.say("Sam", "nobody would miss me")
    assert quick.heard("Morgan") == []
    quick.say("Sam", "been having suicidal thoughts")
    [alert] = quick.heard("Morgan")
    assert quick.words("severity-high") in alert
    quick.press("Morgan", "have:1")
    quick.clock.move(timedelta(days=4))
    quick.do_due()
    assert not any("concern" in text for text in quick.heard("Morgan"))


@pytest.mark.parametrize("command", ["/help", "/nonsense", "/concern"])
def test_grave_words_behind_a_command_belong_to_the_pair(settled: Town, command: str) -> None:
    """The case is that of the only match of who wrote them, so that the same words to the mentor open no second one."""
    settled.say("Sam", f"{command} {_WORDS}")
    [case] = settled.cases()
    assert (case.category, case.match_id, case.person_id) == ("suicide", 1, settled.people["Sam"])
    assert settled.outbox("Morgan")[-1].labels == [settled.words(key) for key in _BUTTONS]
    settled.say("Sam", _WORDS)
    assert [one.id for one in settled.cases()] == [case.id]


def test_grave_words_of_which_the_pair_is_not_known(settled: Town) -> None:
    """With two mentors a command belongs to neither; words to one of them join its case, which is that pair's then."""
    number = settled.pair("Jo", "Sam")
    settled.say("Sam", f"/help {_WORDS}")
    assert [case.match_id for case in settled.cases()] == [None]
    # The same of somebody else is another case, and so is something else of the same person.
    settled.say("Kim", _WORDS)
    settled.say("Sam", "Jo: i cut myself last night")
    settled.say("Sam", f"Jo: {_WORDS}")
    found = [(case.category, case.match_id, case.person_id) for case in settled.cases()]
    sam, kim = settled.people["Sam"], settled.people["Kim"]
    assert found == [("suicide", number, sam), ("suicide", 3, kim), ("self_harm", number, sam)]
    # Words to the other one are about another pair.
    settled.say("Sam", f"Alex: {_WORDS}")
    assert [case.match_id for case in settled.cases()] == [number, 3, number, 1]


def test_a_lesser_message_calls_nobody(quick: Town) -> None:
    """What is no graver joins quietly, and takes the case from nobody."""
    quick.say("Sam", "gonna top myself")
    quick.press("Morgan", "have:1")
    quick.heard("Morgan")
    quick.say("Sam", "been having suicidal thoughts")
    assert quick.heard("Morgan") == [quick.words("case-grew", case="1")]
    [case] = quick.cases()
    assert (case.severity, case.acknowledged_by) == ("immediate", quick.people["Morgan"])


def test_the_rota_changes_hands_in_the_hour_that_comes_twice(quick: Town) -> None:
    """The ladder calls who is on duty by the clock on the wall: whoever has the hour has it twice."""
    # Half past one in London for the first time; at 02:00 UTC the clock shows two for the first time.
    quick.clock.now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for name in ("Ray", "Lee"):
        quick.join(name, Role.COORDINATOR, SMS)
    ladder = Ladder(
        immediate=(Rung(after=0, to="out_of_hours"), Rung(every=30, to="out_of_hours")),
    )
    set_programme(quick, ladder=ladder)
    _on_rota(quick, "Ray", DutyKind.OUT_OF_HOURS, "01:00-02:00")
    _on_rota(quick, "Lee", DutyKind.OUT_OF_HOURS, "02:00-03:00")
    quick.say("Sam", _WORDS)
    called = [_who_heard(quick)]
    for _ in range(4):
        quick.clock.move(timedelta(minutes=30))
        assert quick.do_due() == 1
        called.append(_who_heard(quick))
    assert called == [{"Ray"}, {"Ray"}, {"Ray"}, {"Lee"}, {"Lee"}]


def test_the_gravest_finding_makes_the_case(settled: Town) -> None:
    """Several findings in one message make one case, of the gravest."""
    settled.say("Sam", "been drinking again and i want to die")
    assert [(case.category, case.severity) for case in settled.cases()] == [("suicide", "immediate")]
    assert len(settled.line("been drinking again and i want to die").findings) == 2


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("Sam", {"Morgan", "Ray"}),
        ("Alex", {"Morgan", "Ray"}),
        # Without a coordinator of its own a programme's alarms go to everybody's.
        ("Away", {"Morgan", "Ray"}),
        ("Stranger", {"Morgan", "Ray"}),
        # Never to the one whose words they are.
        ("Morgan", {"Ray"}),
    ],
)
def test_who_is_told(quick: Town, who: str, told: set[str]) -> None:
    """The programme's coordinators who have joined; with none of its own, those of all; never the subject."""
    quick.join("Ray", Role.COORDINATOR)
    quick.enrol("Invited", Role.COORDINATOR)
    quick.join("Away", Role.MENTEE, programme=OTHER)
    quick.stranger("Stranger")
    quick.say(who, _WORDS)
    assert _alerted(quick) == told


def test_the_coordinators_of_the_programme_only(settled: Town) -> None:
    """Coordinators of another programme aren't told, and can't take the case."""
    settled.join("Far", Role.COORDINATOR, programme=OTHER)
    settled.say("Sam", _WORDS)
    assert _alerted(settled) == {"Morgan"}
    for _ in range(2):
        assert settled.say("Far", "HAVE 1") == [settled.words("alert-unknown", "Far")]
    assert settled.cases()[0].acknowledged_by is None


def test_the_only_coordinator_is_the_subject(settled: Town) -> None:
    """What the only coordinator of a programme writes goes to those of another one; they can't take it themself."""
    settled.join("Far", Role.COORDINATOR, programme=OTHER)
    settled.say("Morgan", _WORDS)
    assert _alerted(settled) == {"Far"}
    assert settled.say("Morgan", "HAVE 1") == [settled.words("alert-unknown", "Morgan")]
    assert settled.press("Far", "have:1") == [settled.words("alert-acknowledged", name="Far", case="1")]
    assert "Far" not in " ".join(settled.heard("Morgan"))


def test_a_stopped_coordinator_is_told(settled: Town) -> None:
    """STOP doesn't take a coordinator off duty; somebody who never agreed to be one is not on it."""
    settled.enrol("Ray", Role.COORDINATOR, SMS)
    assert settled.say("Morgan", "STOP") == [settled.words("stop-coordinator", "Morgan")]
    assert settled.say("Ray", "STOP") == [settled.words("stopped", "Ray")]
    settled.say("Sam", "hello")
    settled.say("Sam", _WORDS)
    assert _alerted(settled) == {"Morgan"}
    assert settled.say("Ray", "HAVE 1") == [settled.words("stopped-still", "Ray")]
    assert settled.say("Morgan", "HAVE 1") == [settled.words("alert-acknowledged", name="Morgan", case="1")]


def test_a_coordinator_without_an_address(settled: Town) -> None:
    """A coordinator who can't be reached is passed over; the others are told."""
    settled.join("Ray", Role.COORDINATOR, None)
    settled.join("Lee", Role.COORDINATOR)
    settled.block("Lee")
    settled.say("Sam", _WORDS)
    assert _alerted(settled) == {"Morgan"}


def test_no_coordinator_of_the_programme_can_be_reached(settled: Town) -> None:
    """Those of another one are called, and whoever takes it has it, also when the first is back."""
    settled.join("Far", Role.COORDINATOR, programme=OTHER)
    settled.block("Morgan")
    settled.say("Sam", _WORDS)
    assert _alerted(settled) == {"Far"}
    assert settled.press("Far", "have:1") == [settled.words("alert-acknowledged", "Far", name="Far", case="1")]
    settled.block("Morgan", blocked=False)
    assert settled.say("Far", "/note 1 rang her") == [settled.words("case-noted", "Far", case="1")]
    assert settled.say("Morgan", "HAVE 1") == [settled.words("alert-already", "Morgan", name="Far", case="1")]


def test_nobody_can_be_reached(settled: Town) -> None:
    """The ladder climbs on, and calls whoever is back; the first call of theirs is the whole alert."""
    settled.block("Morgan")
    settled.say("Sam", _WORDS)
    settled.pass_time(minutes=5)
    assert settled.outbox("Morgan") == []
    settled.block("Morgan", blocked=False)
    settled.heard("Morgan")
    settled.pass_time(minutes=10)
    [alert] = settled.heard("Morgan")
    assert settled.words("category-suicide") in alert


def test_a_false_alarm_and_the_same_again(settled: Town) -> None:
    """Minutes later: a case of its own, which calls and names the other."""
    settled.say("Sam", _WORDS)
    settled.press("Morgan", "case:1:false")
    settled.heard("Morgan")
    settled.clock.move(timedelta(minutes=2))
    settled.say("Sam", _WORDS)
    [alert] = settled.heard("Morgan")
    assert settled.words("alert-earlier", case="1") in alert
    assert [case.state for case in settled.cases()] == ["closed", "open"]


def test_a_closed_case_is_nobodys_to_take(settled: Town) -> None:
    """By text, by an old button, as a false alarm: all say that it is closed, and nothing is called for again."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.say("Sam", _WORDS)
    settled.press("Morgan", "case:1:false")
    closed = [settled.words("case-not-closed", case="1")]
    settled.heard("Ray")
    assert settled.say("Ray", "have 1") == closed
    assert settled.press("Ray", "have:1") == settled.press("Ray", "case:1:false") == closed
    settled.pass_time(hours=30)
    assert (settled.heard("Ray"), settled.cases()[0].state) == ([], "closed")


def test_two_cases_at_once(settled: Town) -> None:
    """Who takes one is called for the other as before."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.say("Sam", _WORDS)
    settled.say("Kim", _WORDS)
    settled.say("Ray", "have 2")
    settled.heard("Ray")
    settled.pass_time(minutes=5)
    assert settled.heard("Ray") == [settled.words("alert-repeat", case="1")]


def test_it_is_repeated_until_somebody_has_it(settled: Town) -> None:
    """On each rung of the ladder all are told again, until one takes it; then no more."""
    settled.join("Ray", Role.COORDINATOR)
    settled.say("Sam", _WORDS)
    for name in ("Morgan", "Ray"):
        settled.heard(name)
    settled.clock.move(timedelta(minutes=5) - timedelta(microseconds=1))
    assert settled.do_due() == 0
    settled.clock.move(timedelta(microseconds=1))
    for minutes in (10, 15, 15):
        assert settled.do_due() == 1
        assert settled.heard("Morgan") == settled.heard("Ray") == [settled.words("alert-repeat", case="1")]
        settled.clock.move(timedelta(minutes=minutes))
    settled.press("Ray", "have:1")
    assert settled.do_due() == 0


def test_a_repeat_that_comes_too_late(settled: Town) -> None:
    """An entry of the diary about a case that somebody has, or that isn't there, does nothing."""
    settled.say("Sam", _WORDS)
    settled.press("Morgan", "have:1")
    settled.heard("Morgan")
    settled.act(lambda ctx: climb(ctx, 1))
    settled.act(lambda ctx: climb(ctx, 99))
    assert settled.heard("Morgan") == []
    assert UNANSWERED in DIARY


def test_the_ladder(settled: Town) -> None:
    """On call at once; all coordinators after 5 minutes; the out-of-hours duty by SMS after 15; then all, for ever."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.join("Lee", Role.COORDINATOR)
    _on_rota(settled, "Morgan", DutyKind.WORKING)
    _on_rota(settled, "Ray", DutyKind.OUT_OF_HOURS)
    settled.say("Sam", _WORDS)
    called = [_who_heard(settled)]
    for minutes in (5, 10, 15, 15):
        settled.clock.move(timedelta(minutes=minutes))
        assert settled.do_due() == 1
        called.append(_who_heard(settled))
    everybody = {"Morgan", "Ray", "Lee"}
    assert called == [{"Morgan"}, everybody, {"Ray"}, everybody, everybody]
    entries = [one for one in settled.act(lambda ctx: entries_of(ctx.tx, 1)) if one.kind is EntryKind.CALLED]
    assert [entry.detail["rung"] for entry in entries] == [0, 1, 2, 3, 4]
    settled.press("Lee", "have:1")
    settled.clock.move(timedelta(minutes=15))
    assert settled.do_due() == 0


def test_the_rota_changes_while_it_climbs(settled: Town) -> None:
    """Each rung calls whom the rota names at that moment; whoever is called first gets the whole alert."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    line = _on_rota(settled, "Morgan", DutyKind.OUT_OF_HOURS)
    settled.say("Sam", _WORDS)
    assert _who_heard(settled) == {"Morgan"}
    settled.act(lambda ctx: remove_duty(ctx.tx, line.id))
    _on_rota(settled, "Ray", DutyKind.OUT_OF_HOURS)
    settled.clock.move(timedelta(minutes=5))
    settled.do_due()
    assert settled.outbox("Morgan")[-1].text == settled.words("alert-repeat", case="1")
    assert settled.heard("Ray")[-1] == settled.words(
        "alert-sms", case="1", severity=settled.words("severity-immediate")
    )
    settled.heard("Morgan")
    settled.clock.move(timedelta(minutes=10))
    settled.do_due()
    assert _who_heard(settled) == {"Ray"}


def _on_rota(town: Town, name: str, kind: DutyKind, hours: str = "") -> Duty:
    day = town.clock().date() - timedelta(days=1)
    new = NewDuty(programme=PROGRAMME, person_id=town.people[name], kind=kind, hours=hours, from_day=day)
    return town.act(lambda ctx: add_duty(ctx.tx, new))


def _who_heard(town: Town) -> set[str]:
    return {name for name in ("Morgan", "Ray", "Lee") if name in town.people and town.heard(name)}


def test_a_concern_calls_nobody(settled: Town) -> None:
    """A concern waits for the digest, further ones of the pair too, and it brings no emergency numbers."""
    assert settled.say("Sam", "been drinking again") == []
    assert settled.say("Sam", "been drinking again") == []
    settled.clock.move(timedelta(minutes=1))
    assert settled.do_due() == 0
    assert settled.heard("Morgan") == []
    assert [case.severity for case in settled.cases()] == ["concern"]


def test_two_coordinators_at_the_same_time(settled: Town) -> None:
    """The first has it; the second is told who, and nobody else hears of the second press."""
    settled.join("Ray", Role.COORDINATOR)
    settled.say("Sam", _WORDS)
    for name in ("Morgan", "Ray"):
        settled.heard(name)
    presses = [settled.inbound(name, button="have:1") for name in ("Ray", "Morgan")]
    futures = [settled.database.write(partial(_receive, settled, press)) for press in presses]
    assert [future.result(20) for future in futures] == [True, True]
    holder = {settled.people["Ray"]: "Ray", settled.people["Morgan"]: "Morgan"}[settled.cases()[0].acknowledged_by]
    late = {"Ray": "Morgan", "Morgan": "Ray"}[holder]
    taken, already = (settled.words(key, name=holder, case="1") for key in ("alert-acknowledged", "alert-already"))
    assert settled.heard(holder) == [taken]
    assert sorted(settled.heard(late)) == sorted([taken, already])
    trail = settled.act(lambda ctx: read_audit(ctx.tx, subject="case:1"))
    assert [entry.act for entry in trail] == ["case.open", "case.acknowledge"]


def _receive(town: Town, event: Inbound, tx: Transaction) -> bool:
    return receive(event, town.context(tx))


def test_help_once_in_half_an_hour(settled: Town) -> None:
    """A mentee in crisis gets the numbers once in half an hour, however often they write."""
    crisis = settled.words("crisis", "Sam")
    assert crisis in settled.say("Sam", _WORDS)
    settled.clock.move(timedelta(minutes=29))
    assert crisis not in settled.say("Sam", _WORDS)
    settled.clock.move(timedelta(minutes=30))
    assert crisis in settled.say("Sam", _WORDS)
    assert len(settled.cases()) == 3


def test_a_concern_before_does_not_keep_the_help_away(settled: Town) -> None:
    """A worry of ten minutes ago brought no numbers: the crisis now does."""
    settled.say("Sam", "been drinking again")
    settled.clock.move(timedelta(minutes=10))
    assert settled.words("crisis", "Sam") in settled.say("Sam", _WORDS)


def test_help_again_while_the_crisis_goes_on(settled: Town) -> None:
    """Half an hour is counted from the numbers, not from the last words: writing on doesn't keep them away."""
    crisis = settled.words("crisis", "Sam")
    heard = []
    for _ in range(4):
        heard.append(crisis in settled.say("Sam", _WORDS))
        settled.clock.move(timedelta(minutes=20))
    assert heard == [True, False, True, False]


@pytest.mark.parametrize("who", ["Alex", "Morgan"])
def test_help_is_for_mentees(quick: Town, who: str) -> None:
    """A mentor reports somebody else's crisis; a coordinator isn't on the relay."""
    quick.join("Ray", Role.COORDINATOR)
    assert quick.words("crisis") not in quick.say(who, _WORDS)
    assert len(quick.cases()) == 1


@pytest.mark.parametrize(
    "how", ["stopped", "caption", "edit", "waiting", "not joined", "answer", "log", "code", "STOP"]
)
def test_whatever_the_words_are(quick: Town, how: str) -> None:
    """Words raise the alarm in a caption, an edit, a command, from somebody who stopped or has not joined."""
    match how:
        case "stopped":
            quick.say("Sam", "STOP")
            quick.say("Sam", _WORDS)
        case "caption":
            quick.say("Sam", _WORDS, attachments=("photo",))
        case "edit":
            quick.say("Sam", _WORDS, edited=True)
        case "waiting":
            quick.say("Alex", _WORDS)
        case "not joined":
            quick.enrol("Ash", Role.MENTEE, SMS)
            quick.say("Ash", _WORDS)
        case "answer":
            quick.say("Ellie", f"/about {_WORDS}")
        case "log":
            quick.say("Jo", f"/log call Kim: says {_WORDS}")
        case "code":
            quick.say("Sam", f"/start {_WORDS}")
        case _:
            quick.say("Ellie", _WORDS, opt_out=OptOut.STOPPED)
    assert len(quick.cases()) == 1
    assert _alerted(quick) == {"Morgan"}


def test_an_alert_goes_before_the_rest(settled: Town) -> None:
    """An alert overtakes what waits for the same coordinator."""
    settled.say("Sam", "STOP")
    settled.say("Ellie", _WORDS)
    first, second = settled.outbox("Morgan")
    assert (first.priority, second.priority) == (Priority.CHAT, Priority.ALERT)
    (claimed,) = settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 9, [address_of(ctx, settled, "Morgan")]))
    assert claimed.id == second.id


def address_of(ctx: Context, town: Town, name: str) -> AddressId:
    """The only address of somebody."""
    (address,) = addresses_of(ctx.tx, town.people[name])
    return address.id
