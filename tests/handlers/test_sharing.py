"""A telephone that several use: who writes is asked, never guessed; alarms and STOP wait for nobody."""

from datetime import timedelta

import pytest

from handlers import files, moving, sharing
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import MediaRef, OptOut
from handlers.people import invite
from storage.addresses import addresses_of
from storage.media import take_wanted
from storage.people import PersonState, Role
from tests.handlers.test_moving import at
from tests.handlers.town import SMS, Town

PHONE = "the phone"


def family(town: Town, *, joined: bool = True) -> None:
    """Lou uses Ellie's telephone too, and is mentored by Jo, who has Kim as well."""
    if joined:
        town.join("Lou", Role.MENTEE, None)
        town.pair("Jo", "Lou")
    else:
        town.enrol("Lou", Role.MENTEE, None)
    town.act(lambda ctx: sharing.share(ctx, town.people["Lou"], town.people["Ellie"], actor="test"))
    town.addresses[PHONE] = town.addresses.pop("Ellie")
    town.heard(PHONE)


def asked(town: Town, words: str) -> str:
    """The question about some words."""
    return town.words("writer-ask", words=words)


def for_(town: Town, name: str, words: str) -> str:
    """Words as they come to the telephone."""
    return town.words("for-sharer", name=name, words=words)


def test_who_writes_is_asked(settled: Town) -> None:
    """Words wait until a name or a number says whose they are; then they go where that person's words go."""
    family(settled)
    assert settled.say(PHONE, "see you at four") == [asked(settled, "see you at four")]
    question = settled.outbox(PHONE)[-1]
    assert question.labels == ["Ellie", "Lou"]
    assert (settled.heard("Alex"), settled.heard("Jo")) == ([], [])
    assert settled.line("see you at four").state == "waiting"
    assert settled.line("see you at four").who == "stranger"
    assert settled.say(PHONE, "2") == [for_(settled, "Lou", settled.words("writer-noted", name="Lou"))]
    assert settled.heard("Jo") == [settled.words("relay-mentor", name="Lou", words="see you at four")]
    assert settled.heard("Alex") == []
    line = settled.line("see you at four")
    assert (line.who, line.kind, line.state) == ("Lou", "relay", "relayed")


def test_a_choice_holds_for_fifteen_minutes(settled: Town) -> None:
    """Then it is asked again, however lately somebody wrote; a name sent alone changes it at once."""
    family(settled)
    settled.say(PHONE, "one")
    settled.say(PHONE, "Ellie.")
    settled.clock.move(timedelta(minutes=14))
    assert settled.say(PHONE, "two") == []
    assert settled.say(PHONE, "lou") == [for_(settled, "Lou", settled.words("writer-noted", name="Lou"))]
    settled.say(PHONE, "three")
    settled.clock.move(timedelta(minutes=15))
    assert settled.say(PHONE, "four") == [asked(settled, "four")]
    assert settled.heard("Alex") == [
        settled.words("relay-mentor", name="Ellie", words=words) for words in ("one", "two")
    ]
    assert settled.heard("Jo") == [settled.words("relay-mentor", name="Lou", words="three")]


def test_several_that_wait(settled: Town) -> None:
    """What came together is one person's; what came long after is asked about by itself, as is an old one."""
    family(settled)
    settled.say(PHONE, "one")
    assert settled.say(PHONE, "two") == [settled.words("writer-waiting")]
    settled.clock.move(timedelta(hours=1))
    assert settled.say(PHONE, "three") == [asked(settled, "one")]
    assert settled.say(PHONE, "1") == [asked(settled, "three")]
    assert settled.heard("Alex") == [
        settled.words("relay-mentor", name="Ellie", words=words) for words in ("one", "two")
    ]
    assert settled.say(PHONE, "2") == [for_(settled, "Lou", settled.words("writer-noted", name="Lou"))]
    assert settled.heard("Jo") == [settled.words("relay-mentor", name="Lou", words="three")]
    long = "x" * 60
    settled.clock.move(timedelta(hours=1))
    assert settled.say(PHONE, long) == [asked(settled, "x" * 37 + "...")]


def test_a_number_is_an_answer_only_when_it_was_asked(settled: Town) -> None:
    """Without a question "1" is words, which are asked about; a name of nobody on the telephone chooses nobody."""
    family(settled)
    assert settled.say(PHONE, "1") == [asked(settled, "1")]
    assert settled.say(PHONE, "Sam") == [settled.words("writer-waiting")]
    assert settled.say(PHONE, "3") == [settled.words("writer-waiting")]
    assert settled.heard("Alex") == []


def test_what_goes_there_begins_with_a_name(settled: Town) -> None:
    """Each of them reads which words are theirs; the record has the words alone."""
    family(settled)
    settled.say("Alex", "Ellie: well done")
    settled.say("Jo", "Lou: hello")
    assert settled.heard(PHONE) == [
        for_(settled, "Ellie", settled.words("relay-mentee", name="Alex", words="well done")),
        for_(settled, "Lou", settled.words("relay-mentee", name="Jo", words="hello")),
    ]


def test_serious_words_wait_for_nobody(settled: Town) -> None:
    """The alert and the emergency numbers come before anybody says who wrote; later the case gets its person."""
    family(settled)
    settled.heard("Morgan")
    said = settled.say(PHONE, "i want to die")
    assert settled.words("crisis") in said
    assert asked(settled, "i want to die") in said
    [alarm] = settled.heard("Morgan")
    assert settled.words("side-unsure") in alarm
    assert not any(name in alarm for name in ("Ellie", "Lou"))
    [case] = settled.cases()
    assert (case.programme, case.person_id) == ("mentoring", None)
    # The numbers come once in half an hour.
    assert settled.words("crisis") not in settled.say(PHONE, "i want to die")
    settled.say(PHONE, "Lou")
    [case] = settled.cases()
    assert (case.person_id, case.match_id) == (settled.people["Lou"], 4)
    assert settled.heard("Jo")
    assert settled.heard("Alex") == []


def test_a_crisis_in_two_messages(settled: Town) -> None:
    """Found once it is known who wrote the second: recorded, alarmed and answered then."""
    family(settled)
    settled.say(PHONE, "lou")
    settled.say(PHONE, "i want to")
    settled.clock.move(sharing.CHOICE_HOLDS)
    settled.say(PHONE, "die")
    assert settled.cases() == []
    said = settled.say(PHONE, "Lou")
    assert for_(settled, "Lou", settled.words("crisis")) in said
    assert [(case.severity, case.match_id) for case in settled.cases()] == [("immediate", 4)]
    assert len(settled.line("die").findings) == 1


def test_a_telephone_of_mentors(settled: Town) -> None:
    """They get the numbers for grown-ups, and only for themselves. A lesser worry brings nobody any."""
    settled.join("Bo", Role.MENTOR, None)
    settled.act(lambda ctx: sharing.share(ctx, settled.people["Bo"], settled.people["Jo"], actor="test"))
    settled.heard("Jo")
    report = "her mate took loads of pills"
    assert settled.say("Jo", report) == [asked(settled, report)]
    assert settled.words("crisis-grown") in settled.say("Jo", "i want to die")
    assert {case.severity for case in settled.cases()} == {"immediate"}
    family(settled)
    assert settled.words("crisis") not in settled.say(PHONE, "been drinking again")


@pytest.mark.parametrize("theirs", ["en-GB", "en-GB-easy"])
def test_in_a_language_that_all_of_them_read(settled: Town, theirs: str) -> None:
    """The first one's language helps nobody else: what differs is said plainly, what is the same in theirs."""
    for name in ("Ash", "Bo"):
        settled.join(name, Role.MENTEE, SMS if name == "Ash" else None, language="en-GB-easy")
    settled.join("Lou", Role.MENTEE, None, language=theirs)
    settled.act(lambda ctx: sharing.share(ctx, settled.people["Bo"], settled.people["Ash"], actor="test"))
    settled.act(lambda ctx: sharing.share(ctx, settled.people["Lou"], settled.people["Ash"], actor="test"))
    said = [settled.content.texts.say(key, theirs) for key in ("crisis", "writer-waiting")]
    settled.say("Ash", "hello")
    assert settled.say("Ash", "i want to die") == said
    # Who is known to write is answered in their own.
    settled.say("Ash", "Bo")
    settled.clock.move(timedelta(minutes=1))
    assert settled.say("Ash", "i want to die")[0] == for_(settled, "Bo", settled.words("crisis", "Bo"))


@pytest.mark.parametrize("words", ["HELP ME", "help me.", "/concern something feels odd"])
def test_a_telephone_that_has_stopped_calls_for_help(settled: Town, words: str) -> None:
    """Whoever of them it is: one case at once, by its programme's coordinators, and nobody is asked who they are."""
    family(settled)
    settled.say(PHONE, "STOP")
    settled.heard("Morgan")
    assert settled.say(PHONE, words) == [settled.words("help-coming")]
    [case] = settled.cases()
    assert (case.category, case.severity, case.source) == ("help_asked", "high", "help")
    assert (case.programme, case.person_id, case.match_id) == ("mentoring", None, None)
    [alarm] = settled.heard("Morgan")
    assert settled.words("side-unsure") in alarm
    assert settled.line(words).cases == [case.id]
    settled.say(PHONE, words)
    assert len(settled.cases()) == 1
    assert {settled.person(name).state for name in ("Ellie", "Lou")} == {PersonState.STOPPED}


def test_a_call_for_help_waits_for_nobody(settled: Town) -> None:
    """The coordinators are called before anybody says who wrote; whoever it was chooses what they want then."""
    family(settled)
    settled.heard("Morgan")
    assert settled.say(PHONE, "HELP ME") == [settled.words("help-coming"), asked(settled, "HELP ME")]
    [case] = settled.cases()
    assert (case.category, case.person_id) == ("help_asked", None)
    assert len(settled.heard("Morgan")) == 1
    settled.clock.move(timedelta(minutes=20))
    assert for_(settled, "Lou", settled.words("help-me")) in settled.say(PHONE, "Lou")
    [case] = settled.cases()
    assert case.person_id == settled.people["Lou"]
    # From whoever is known to write it is a question first, as from a telephone of their own.
    assert settled.say(PHONE, "HELP ME") == [for_(settled, "Lou", settled.words("help-me"))]
    assert len(settled.cases()) == 1


@pytest.mark.parametrize("stopped", [True, False])
def test_a_complaint_waits_for_nobody(settled: Town, stopped: bool) -> None:  # noqa: FBT001 - a table
    """It goes round whom it is about, has one case, and is theirs once they say so; without words it is none."""
    settled.join("Ray", Role.COORDINATOR)
    family(settled)
    if stopped:
        settled.say(PHONE, "STOP")
    for name in ("Morgan", "Ray"):
        settled.heard(name)
    assert settled.words("complaint-noted") in settled.say(PHONE, "/complaint Morgan: rude")
    assert (len(settled.heard("Ray")), settled.heard("Morgan")) == (1, [])
    settled.clock.move(timedelta(minutes=20))
    settled.say(PHONE, "/complaint")
    settled.say(PHONE, "Lou")
    [case] = settled.cases()
    assert (case.category, case.about_id) == ("complaint", settled.people["Morgan"])
    assert case.person_id == (None if stopped else settled.people["Lou"])
    assert settled.heard("Morgan") == []


def test_a_complaint_of_a_telephone_says_what_is_so(quick: Town) -> None:
    """Where nobody is left to hear it, or nobody is named, the answer says whom to ring."""
    family(quick)
    contact = quick.content.programmes["mentoring"].complaint_contact
    for words, key in (("Morgan is rude", "complaint-office"), ("nobody rang", "complaint-about-nobody")):
        assert quick.words(key, complaints=contact) in quick.say(PHONE, f"/complaint {words}")


@pytest.mark.parametrize("closed", [True, False])
def test_a_concern_from_a_telephone_of_mentors(quick: Town, closed: bool) -> None:  # noqa: FBT001 - a table
    """One case at once; whether anyone is in danger is asked whoever says that it is theirs, while it is open."""
    quick.join("Bo", Role.MENTOR, None)
    quick.act(lambda ctx: sharing.share(ctx, quick.people["Bo"], quick.people["Jo"], actor="test"))
    quick.heard("Morgan")
    assert quick.words("concern-noted") in quick.say("Jo", "concern: she has bruises")
    assert len(quick.heard("Morgan")) >= 1
    told = [case for case in quick.cases() if case.category == "concern_told"]
    if closed:
        quick.press("Morgan", f"case:{told[0].id}:false")
    asks = for_(quick, "Jo", quick.words("concern-danger"))
    assert any(asks in text for text in quick.say("Jo", "Jo")) is not closed
    (case,) = (case for case in quick.cases() if case.category == "concern_told")
    assert (case.person_id, case.match_id) == (quick.people["Jo"], 3)


def test_concerns_add_up_on_a_shared_telephone(quick: Town) -> None:
    """They count as theirs once it is known whose they are."""
    family(quick)
    for number in range(3):
        quick.say(PHONE, "been drinking again")
        assert len(quick.cases()) == number + 1
        quick.say(PHONE, "Lou")
        quick.clock.move(timedelta(hours=1))
    assert [case.category for case in quick.cases()][-1] == "several_concerns"


@pytest.mark.parametrize("words", ["help me with maths", "HELP"])
def test_a_telephone_that_has_stopped_and_says_something_else(quick: Town, words: str) -> None:
    """That opens no case."""
    family(quick)
    quick.say(PHONE, "STOP")
    assert quick.say(PHONE, words) == [quick.words("stopped-still")]
    assert quick.cases() == []


@pytest.mark.parametrize("opt_out", [None, OptOut.STOPPED])
def test_stop_and_start_are_the_telephones(settled: Town, opt_out: OptOut | None) -> None:
    """The network stops a number: so everybody on it stops, at any time, and START brings all back."""
    family(settled)
    settled.say(PHONE, "hello")
    settled.say(PHONE, "Lou")
    settled.heard("Morgan")
    said = [] if opt_out else [settled.words("stopped-shared")]
    assert settled.say(PHONE, "STOP", opt_out=opt_out) == said
    assert {settled.person(name).state for name in ("Ellie", "Lou")} == {PersonState.STOPPED}
    assert settled.heard("Morgan") == [settled.words("notice-stopped", name=name) for name in ("Ellie", "Lou")]
    assert settled.say(PHONE, "stop") == []
    assert settled.say("Alex", "Ellie: hi") == [settled.words("other-not-reachable")]
    assert settled.say(PHONE, "hello again") == [settled.words("stopped-still")]
    assert settled.line("hello again").state == "kept"
    said = [] if opt_out else [settled.words("started-shared")]
    assert settled.say(PHONE, "START", opt_out=OptOut.STARTED if opt_out else None) == said
    assert {settled.person(name).state for name in ("Ellie", "Lou")} == {PersonState.JOINED}


def test_what_waits_for_one_is_not_dropped_with_the_other(settled: Town) -> None:
    """Ellie, who has Telegram too, moves there alone: what waits for Lou stays, and the telephone is Lou's."""
    family(settled)
    settled.say("Alex", "Ellie: for ellie")
    settled.say("Jo", "Lou: for lou")
    at(settled, "Ellie", "telegram", "70008888")
    code = settled.act(lambda ctx: moving.begin(ctx, settled.people["Ellie"], None, keep=False, actor="test")).code
    said = settled.say("Ellie", f"/start {code}")
    assert said[-2:] == [settled.words("relay-mentee", name="Alex", words="for ellie"), settled.words("moved-here")]
    assert [(sent.state, "Lou" in sent.text) for sent in settled.outbox(PHONE)][-2:] == [
        ("failed", False),
        ("queued", True),
    ]
    settled.heard(PHONE)
    # Nobody else uses it now: nothing is asked, and nothing begins with a name.
    assert settled.say(PHONE, "it is me") == []
    assert settled.heard("Jo") == [settled.words("relay-mentor", name="Lou", words="it is me")]
    assert len(settled.act(lambda ctx: addresses_of(ctx.tx, settled.people["Lou"]))) == 1


def test_joining_on_a_shared_telephone(settled: Town) -> None:
    """A YES is nobody's until it is said whose: the consent is that person's, and of no one else."""
    family(settled, joined=False)
    settled.act(lambda ctx: invite(ctx, settled.people["Lou"], actor="test"))
    [invitation] = settled.heard(PHONE)
    assert invitation.startswith("For Lou: ")
    assert settled.say(PHONE, "YES") == [asked(settled, "YES")]
    assert settled.person("Lou").state is PersonState.ADDED
    # Ellie's "yes" is words for her mentor.
    settled.say(PHONE, "Ellie")
    assert settled.person("Lou").state is PersonState.ADDED
    assert settled.heard("Alex") == [settled.words("relay-mentor", name="Ellie", words="YES")]
    settled.say(PHONE, "Lou")
    settled.say(PHONE, "YES")
    assert settled.person("Lou").state is PersonState.JOINED


def test_a_match_question_is_whose_it_was(settled: Town) -> None:
    """An answer by number counts for the one who says that they write, not for the one who happened to be asked."""
    family(settled)
    match_id = settled.propose("Alex", "Lou")
    settled.press("Alex", f"match:{match_id}:yes")
    [question] = settled.heard(PHONE)
    assert question.startswith("For Lou: ")
    settled.say(PHONE, "yes")
    settled.say(PHONE, "Lou")
    assert settled.match_state(match_id) == "active"


@pytest.mark.parametrize("comes", ["before the answer", "after the answer"])
def test_a_photo_waits_too(settled: Town, comes: str) -> None:
    """A picture is asked about like words; whoever sent it, it is held for a coordinator once its file is here."""
    family(settled)
    photo = MediaRef(kind="photo", ref="file-1")
    settled.say(PHONE, "look", attachments=("photo",), media=(photo,))

    def come(ctx: Context) -> None:
        [wanted] = take_wanted(ctx.tx, ctx.now, ctx.now, 10)
        files.take_file(ctx, wanted.id, "image/jpeg", b"clean")

    if comes == "before the answer":
        settled.act(come)
    settled.heard("Morgan")
    assert settled.say(PHONE, "Ellie")[-1] == for_(settled, "Ellie", settled.words("held-file"))
    if comes == "after the answer":
        settled.act(come)
    assert settled.line("look").state == "held"
    assert settled.words("notice-held-file", name="Ellie") in settled.heard("Morgan")


def test_contact_details_are_taken_out_after_the_answer_too(settled: Town) -> None:
    """The wait lets nothing through; the record has what was delivered, and opens with its owner's key."""
    family(settled)
    settled.say(PHONE, "ring me on 07700 900456")
    settled.say(PHONE, "Ellie")
    [text] = settled.heard("Alex")
    assert "900456" not in text
    line = settled.line("ring me on 07700 900456")
    assert line.state == "changed"
    assert "900456" not in line.delivered


def test_three_on_one_telephone(settled: Town) -> None:
    """A third can join; all are asked about."""
    family(settled)
    settled.join("Max", Role.MENTEE, None)
    settled.act(lambda ctx: sharing.share(ctx, settled.people["Max"], settled.people["Lou"], actor="test"))
    settled.say(PHONE, "hello")
    assert settled.outbox(PHONE)[-1].labels == ["Ellie", "Lou", "Max"]


def test_who_cannot_share(settled: Town) -> None:
    """Nobody with a number of their own, of another role, name or programme, or twice; and no chat is shared."""
    family(settled)
    settled.join("Ellie two", Role.MENTEE, None, name="Ellie")
    settled.join("Max", Role.MENTEE, None, programme="other")
    settled.join("Bo", Role.MENTOR, None)
    settled.join("Pat", Role.COORDINATOR, None)
    for name, other, sentence in (
        ("Lou", "Ellie", "uses that telephone already"),
        ("Bo", "Ellie", "Only mentees, or only mentors"),
        ("Pat", "Ellie", "Only mentees, or only mentors"),
        ("Max", "Ellie", "of one programme"),
        ("Ellie two", "Ellie", "called Ellie uses"),
        ("Bo", "Alex", "no telephone here"),
        ("Ellie", "Jo", "has a number already"),
    ):
        with pytest.raises(Refused, match=sentence):
            settled.act(
                lambda ctx, one=name, two=other: sharing.share(  # type: ignore[misc]  # defaults bind now
                    ctx, settled.people[one], settled.people[two], actor="test"
                )
            )
    number = settled.addresses[PHONE][1]
    with pytest.raises(Refused, match="belongs to somebody"):
        settled.act(lambda ctx: moving.begin(ctx, settled.people["Bo"], number, keep=True, actor="test"))


def test_the_others_are_told(settled: Town) -> None:
    """Whoever has joined reads that somebody else uses the telephone now."""
    settled.join("Lou", Role.MENTEE, None)
    settled.act(lambda ctx: sharing.share(ctx, settled.people["Lou"], settled.people["Ellie"], actor="test"))
    assert settled.heard("Ellie") == [for_(settled, "Ellie", settled.words("shared-told"))]
    assert settled.addresses["Ellie"][0] is SMS


def test_one_of_three_leaves(settled: Town) -> None:
    """The two who are left still share it."""
    family(settled)
    settled.join("Max", Role.MENTEE, None)
    settled.act(lambda ctx: sharing.share(ctx, settled.people["Max"], settled.people["Lou"], actor="test"))
    at(settled, "Max")
    settled.act(lambda ctx: moving.begin(ctx, settled.people["Max"], "+447700900777", keep=False, actor="test"))
    settled.say("Max", "YES")
    settled.say(PHONE, "hello")
    assert settled.outbox(PHONE)[-1].labels == ["Ellie", "Lou"]
