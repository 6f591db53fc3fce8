"""The relay: from one side to the other, to the right person, and nobody else."""

from datetime import timedelta
from itertools import islice, product

import pytest

from handlers import screening
from handlers.matching import change_match
from storage.people import Role
from tests.handlers.town import SMS, Sent, Town


def _to(town: Town, name: str, words: str) -> str:
    """How words of Alex's look on a mentee's phone."""
    return town.words("relay-mentee", name, name="Alex", words=words)


def test_both_ways(settled: Town) -> None:
    """Words arrive on the other side with the name that the coordinator set, and nothing is said to their sender."""
    assert settled.say("Sam", "Hi, still on for Friday?") == []
    (sent,) = settled.outbox("Alex")
    assert sent.text == settled.words("relay-mentor", "Alex", name="Sam", words="Hi, still on for Friday?")
    assert settled.say("Alex", "Yes of course", reply_to=settled.last_ref("Alex", "Friday")) == []
    assert settled.heard("Sam") == [_to(settled, "Sam", "Yes of course")]
    line = settled.line("Yes of course")
    assert (line.kind, line.state, line.who) == ("relay", "relayed", "Alex")


def test_a_number_is_removed(settled: Town) -> None:
    """A contact detail is taken out of what is delivered and kept in the record; the sender is told why."""
    words = "ring me on 07700 900456 or mail me@example.org"
    told = settled.say("Sam", words)
    listed = "a phone number and an email address"
    assert told == [settled.words("removed-notice", "Sam", kinds=listed)]
    (heard,) = settled.heard("Alex")
    assert "07700" not in heard
    assert "example" not in heard
    line = settled.line(words)
    assert line.state == "changed"
    assert line.delivered != words
    assert [finding.kind for finding in line.findings] == ["phone", "email"]


def test_three_kinds_in_a_list(quick: Town) -> None:
    """Three kinds are listed with a comma and an "and"."""
    (told,) = quick.say("Sam", "07700 900456, me@example.org, www.example.org")
    assert "a phone number, an email address and a web link" in told


def test_a_hidden_target(quick: Town) -> None:
    """A link behind a word isn't delivered; the sender is told, and the coordinator can see that there was one."""
    told = quick.say("Sam", "look here", hidden=("https://example.org",))
    assert told == [quick.words("removed-notice", "Sam", kinds="a web link")]
    assert "example" not in quick.heard("Alex")[-1]
    assert quick.line("look here").state == "changed"


@pytest.mark.parametrize(
    ("words", "goes_to", "arrives"),
    [
        ("Sam: see you", "Sam", "see you"),
        ("sam:see you", "Sam", "see you"),
        ("SAM : see you", "Sam", "see you"),
        ("  Sam:\nsee you", "Sam", "see you"),
        ("@Sam see you", "Sam", "see you"),
        ("@sam: see you", "Sam", "see you"),
        ("@Ellie, see you", "Ellie", "see you"),
        ("Mary Ann: see you", "Mary Ann", "see you"),
        ("mary ann : at 4:30", "Mary Ann", "at 4:30"),
        ("Sam see you", None, None),
        ("Sam, see you", None, None),
        ("note: bring your form", None, None),
        ("4:30 at the library", None, None),
        ("see you at 4:30, Sam: ok", None, None),
        ("Sammy: see you", None, None),
        ("Mary: see you", None, None),
        ("@Samsee you", None, None),
        ("Sam:", None, None),
        ("@Sam", None, None),
        ("Hi\nSam: see you", None, None),
        ("Kim: see you", None, None),
        ("Alex: see you", None, None),
        (":see you", None, None),
    ],
)
def test_whose_name_stands_before(quick: Town, words: str, goes_to: str | None, arrives: str | None) -> None:
    """The name of one of one's own mentees before a colon or behind an @ says whom words are for; all else waits."""
    quick.join("Mary Ann", Role.MENTEE)
    quick.pair("Alex", "Mary Ann")
    quick.say("Alex", words)
    heard = {name: quick.heard(name) for name in ("Sam", "Ellie", "Mary Ann", "Kim")}
    if goes_to is None:
        assert heard == {"Sam": [], "Ellie": [], "Mary Ann": [], "Kim": []}
        assert quick.line(words).state == "waiting"
        assert quick.outbox("Alex")[-1].labels == ["Sam", "Ellie", "Mary Ann", "Don't send it"]
    else:
        assert heard.pop(goes_to) == [_to(quick, goes_to, str(arrives))]
        assert not any(heard.values())


def test_two_of_the_same_name(quick_town: Town) -> None:
    """Where two mentees have the name, the name isn't enough."""
    quick_town.join("Alex", Role.MENTOR)
    for key in ("One", "Two"):
        quick_town.join(key, Role.MENTEE, name="Sam")
        quick_town.pair("Alex", key)
    quick_town.say("Alex", "Sam: see you")
    quick_town.say("Alex", "/to Sam see you")
    assert quick_town.heard("One") + quick_town.heard("Two") == []


def test_one_mentee_needs_no_name(settled: Town) -> None:
    """A mentor with one mentee just writes; with a second, paused one it has to be said for whom."""
    assert settled.say("Jo", "4:30 at the library") == []
    assert len(settled.heard("Kim")) == 1
    settled.join("Ash", Role.MENTEE)
    paused = settled.pair("Jo", "Ash")
    settled.act(lambda ctx: change_match(ctx, paused, "pause", actor="test"))
    settled.heard("Jo")
    assert settled.say("Jo", "and bring the form") == [
        settled.words("choose-addressee", "Jo", words="and bring the form")
    ]
    assert settled.say("Jo", "2") == [settled.words("match-is-paused", "Jo")]
    assert settled.line("and bring the form").state == "refused"
    assert len(settled.heard("Kim")) == 0


def test_a_question_waits_for_its_answer(settled: Town) -> None:
    """One question at a time: later words queue behind it, each is asked about in its turn, and may be dropped."""
    (asked,) = settled.say("Alex", "first " + "x" * 60)
    assert asked == settled.words("choose-addressee", "Alex", words="first " + "x" * 33 + "…")
    assert settled.outbox("Alex")[-1].reply_to is not None
    assert settled.say("Alex", "second") == [settled.words("choose-waiting", "Alex")]
    assert settled.say("Alex", "third") == [settled.words("choose-waiting", "Alex")]
    sent, asked = settled.say("Alex", "Ellie")
    assert sent == settled.words("choose-sent", "Alex", name="Ellie")
    assert asked == settled.words("choose-addressee", "Alex", words="second")
    dropped, asked = settled.say("Alex", "3")
    assert dropped == settled.words("choose-cancelled", "Alex")
    assert asked == settled.words("choose-addressee", "Alex", words="third")
    assert settled.say("Alex", "sam.") == [settled.words("choose-sent", "Alex", name="Sam")]
    assert settled.heard("Ellie") == [_to(settled, "Ellie", "first " + "x" * 60)]
    assert settled.heard("Sam") == [_to(settled, "Sam", "third")]
    assert [settled.line(words).state for words in ("second", "third")] == ["kept", "relayed"]


def test_words_that_wait_when_one_match_ends(settled: Town) -> None:
    """What waits is still asked about when only one mentee is left: it may not have been for them."""
    settled.say("Alex", "first")
    settled.say("Alex", "second")
    (_, data), *_ = settled.outbox("Alex")[-2].options
    settled.act(lambda ctx: change_match(ctx, int(data.rsplit(":", 1)[1]), "end", actor="test"))
    settled.say("Alex", "Ellie")
    assert settled.outbox("Alex")[-1].labels == ["Ellie", "Don't send it"]
    settled.say("Alex", "2")
    assert len(settled.heard("Ellie")) == 1
    assert settled.line("second").state == "kept"


def test_the_filter_runs_when_the_addressee_is_chosen(settled: Town) -> None:
    """Words that waited are screened like any others before they are passed on."""
    settled.say("Alex", "ring 07700 900456")
    sent, told = sorted(settled.say("Alex", "Sam"), key=len)
    assert sent == settled.words("choose-sent", "Alex", name="Sam")
    assert told == settled.words("removed-notice", "Alex", kinds="a phone number")
    assert "07700" not in settled.heard("Sam")[-1]


def test_a_choice_lapses(settled: Town) -> None:
    """What was chosen by /to an hour ago is no longer meant: the sender is asked."""
    settled.say("Alex", "/to Ellie")
    settled.clock.move(timedelta(hours=1))
    settled.say("Alex", "good morning")
    assert settled.line("good morning").state == "waiting"
    assert settled.heard("Ellie") == []


def test_to_chooses_for_one_message(settled: Town) -> None:
    """`/to Ellie` is for the next message only, also when that says itself whom it is for."""
    assert settled.say("Alex", "/to ellie") == [settled.words("to-next", "Alex", name="Ellie")]
    settled.say("Alex", "one")
    assert settled.heard("Ellie") == [_to(settled, "Ellie", "one")]
    settled.say("Alex", "two")
    assert settled.line("two").state == "waiting"
    settled.say("Alex", "3")
    settled.say("Alex", "/to Sam")
    settled.say("Alex", "/to Ellie")
    settled.say("Alex", "Sam: three")
    settled.say("Alex", "four")
    assert settled.heard("Sam") == [_to(settled, "Sam", "three")]
    assert settled.heard("Ellie") == []


@pytest.mark.parametrize(
    ("command", "goes_to", "arrives"),
    [
        ("/to Sam see you", "Sam", "see you"),
        ("/to@bridge_bot sam see\nyou", "Sam", "see\nyou"),
        ("/TO Sam: see you", "Sam", "see you"),
        ("/to Mary Ann see you", "Mary Ann", "see you"),
        ("/to Mary see you", "Mary", "see you"),
        ("/to  Mary   Ann", None, "to-next"),
        ("/to Samuel see you", None, "addressee-unknown"),
        ("/to " + "x " * 2000, None, "addressee-unknown"),
        ("/to", None, "to-usage"),
        ("/to   ", None, "to-usage"),
    ],
)
def test_to_with_words(quick: Town, command: str, goes_to: str | None, arrives: str) -> None:
    """`/to` takes the longest name, with blanks in it too, and passes on what follows."""
    for name in ("Mary", "Mary Ann"):
        quick.join(name, Role.MENTEE)
        quick.pair("Alex", name)
    told = quick.say("Alex", command)
    if goes_to is None:
        values = {"name": command.split()[1]} if arrives == "addressee-unknown" else {"name": "Mary Ann"}
        assert told == [quick.words(arrives, "Alex", **values)]
    else:
        assert told == []
        assert quick.heard(goes_to) == [_to(quick, goes_to, arrives)]
        assert quick.line(command).delivered == arrives


def test_to_is_filtered(quick: Town) -> None:
    """Words behind `/to` are filtered like any others; a caption isn't passed on without its picture."""
    assert quick.say("Alex", "/to Sam ring 07700 900456") == [
        quick.words("removed-notice", "Alex", kinds="a phone number")
    ]
    assert "07700" not in quick.heard("Sam")[-1]
    assert quick.say("Alex", "/to Sam look", attachments=("photo",)) == [quick.words("cannot-relay-kind", "Alex")]
    assert quick.heard("Sam") == []


def test_to_without_a_match(quick_town: Town) -> None:
    """Without a match `/to` says so."""
    quick_town.join("Alex", Role.MENTOR)
    assert quick_town.say("Alex", "/to Sam hi") == [quick_town.words("no-match-yet", "Alex")]


def test_a_reply_says_whom_it_is_for(settled: Town) -> None:
    """A reply goes to whom it answers; one to the service's own words, or to nothing known, says nothing."""
    settled.say("Sam", "hi from Sam")
    settled.say("Ellie", "hi from Ellie")
    settled.say("Alex", "hello you", reply_to=settled.last_ref("Alex", "hi from Ellie"))
    assert settled.heard("Ellie") == [_to(settled, "Ellie", "hello you")]
    settled.say("Alex", "and you?", reply_to="unknown")
    settled.say("Alex", "and now?", reply_to=settled.last_ref("Alex", "and you?"))
    assert [settled.line(words).state for words in ("and you?", "and now?")] == ["waiting", "waiting"]
    # A reply to one with the name of another before it contradicts itself.
    settled.say("Alex", "Sam: which?", reply_to=settled.last_ref("Alex", "hi from Ellie"))
    assert settled.line("Sam: which?").state == "waiting"
    settled.say("Alex", "Ellie: this", reply_to=settled.last_ref("Alex", "hi from Ellie"))
    assert settled.heard("Ellie") == [_to(settled, "Ellie", "this")]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"attachments": ("contact",)}, "cannot-relay-contact"),
        ({"attachments": ("location",)}, "cannot-relay-place"),
        ({"attachments": ("venue", "location")}, "cannot-relay-place"),
        ({"attachments": ("poll",)}, "cannot-relay-poll"),
        ({"attachments": ("checklist",)}, "cannot-relay-poll"),
        ({"attachments": ("dice",)}, "cannot-relay-game"),
        ({"attachments": ("game",)}, "cannot-relay-game"),
        ({"attachments": ("story",)}, "cannot-relay-story"),
        ({"attachments": ("unknown",)}, "cannot-relay-kind"),
        ({"attachments": ("invoice",)}, "cannot-relay-kind"),
        ({"text": "   "}, "empty-text"),
        ({"text": "\u202e"}, "empty-text"),
        ({"text": "\u200d\ufe0f"}, "empty-text"),
        ({"text": "\u3164\u2800"}, "empty-text"),
        ({"text": ""}, "empty-text"),
    ],
)
def test_what_cannot_be_relayed(quick: Town, changes: dict[str, object], key: str) -> None:
    """Each kind that isn't words, and a text with nothing in it, is refused in its own kind sentence and kept."""
    message = {"text": "look", **changes}
    assert quick.say("Sam", **message) == [quick.words(key, "Sam")]  # type: ignore[arg-type]  # fields
    assert quick.heard("Alex") == []
    assert quick.record()[-2].state == "refused"


@pytest.mark.parametrize("text", ["Sam: \u3164", "/to Sam \u3164"])
def test_nothing_behind_a_name(quick: Town, text: str) -> None:
    """A name with nothing that can be seen behind it passes nothing on."""
    assert quick.say("Alex", text) == [quick.words("empty-text", "Alex")]
    assert quick.heard("Sam") == []


def test_a_card_is_in_the_record(quick: Town) -> None:
    """What stood on a card or in a poll can be read back, and what the rules found in it has its place there."""
    quick.say("Sam", attachments=("contact",), beside=("Robin", "+447700900456"))
    line = quick.line("Robin\n+447700900456")
    assert (line.state, line.attachments) == ("refused", "contact")
    (found,) = line.findings
    assert (found.kind, line.original[found.start : found.end]) == ("phone", "+447700900456")


def test_words_beside_the_text_go_nowhere(quick: Town) -> None:
    """A quote is scanned and its number found, but it isn't passed on and nobody is told that it was taken out."""
    quick.say("Sam", "yes", beside=("ring 07700 900456",), marks=("quote",), forwarded=True)
    (heard,) = quick.heard("Alex")
    assert heard == quick.words("relay-mentor", "Alex", name="Sam", words="yes")
    line = quick.line("yes")
    assert (line.state, line.attachments) == ("relayed", "forward quote")
    assert [(found.kind, found.start, found.end) for found in line.findings] == [("phone", 3, 3)]
    assert [line.original for line in quick.record() if "07700" in line.original] == []


def test_a_serious_quote_can_be_read(quick: Town) -> None:
    """Words that are quoted raise the alarm, and stand in the record beside the message for whoever takes the case."""
    quick.say("Sam", "look", beside=("i want to die",), marks=("quote", "external_reply"))
    assert len(quick.cases()) == 1
    assert quick.heard("Alex") == [quick.words("relay-mentor", "Alex", name="Sam", words="look")]
    line = quick.line("i want to die")
    assert (line.kind, line.state, line.attachments) == ("other", "kept", "quote external_reply")
    assert line.match_id == quick.line("look").match_id


def test_without_a_match(settled: Town) -> None:
    """Words from somebody without a match are kept, and the coordinators know; after an ending too."""
    settled.join("Ash", Role.MENTEE)
    assert settled.say("Ash", "hello?") == [settled.words("no-match-yet", "Ash")]
    assert settled.heard("Morgan") == [settled.words("notice-unmatched", name="Ash")]
    assert settled.line("hello?").kind == "other"


@pytest.mark.parametrize("why", ["stopped", "blocked", "no phone", "declined nothing"])
def test_the_other_cannot_be_reached(quick: Town, why: str) -> None:
    """A stopped or blocked partner, or one without a phone: kept, the sender told in neutral words, Morgan by name."""
    quick.join("Kai", Role.MENTEE, None)
    quick.join("Ray", Role.MENTOR)
    quick.pair("Ray", "Kai" if why == "no phone" else quick.join("Lee", Role.MENTEE).name)
    if why == "stopped":
        quick.say("Lee", "STOP")
    elif why == "blocked":
        quick.block("Lee")
    quick.heard("Morgan")
    told = quick.say("Ray", "how are you")
    other = "Kai" if why == "no phone" else "Lee"
    if why == "declined nothing":
        assert told == []
        assert len(quick.heard("Lee")) == 1
    else:
        assert told == [quick.words("other-not-reachable", "Ray")]
        assert quick.heard("Morgan") == [quick.words("notice-not-delivered", name=other)]
        assert quick.line("how are you").state == "refused"


def test_a_paused_match(settled: Town) -> None:
    """In a pause words are kept and not passed on, and serious ones raise the alarm all the same."""
    settled.say("Kim", "x")
    kim = settled.line("x").match_id
    assert kim is not None
    settled.act(lambda ctx: change_match(ctx, kim, "pause", actor="test"))
    settled.heard("Kim")
    assert settled.say("Kim", "hello") == [settled.words("match-is-paused", "Kim")]
    assert settled.line("hello").state == "refused"
    settled.say("Kim", "i want to die")
    assert len(settled.cases()) == 1


def test_a_filter_that_fails_holds(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that could not be filtered are held: nobody gets them, the sender and the coordinators are told."""
    monkeypatch.setattr(screening, "redact", _fail)
    assert settled.say("Sam", "ring 07700 900456") == [settled.words("held-notice", "Sam")]
    assert settled.heard("Alex") == []
    assert settled.heard("Morgan") == [settled.words("notice-held", name="Sam")]
    assert settled.line("ring 07700 900456").state == "held"
    assert settled.cases() == []


def test_a_scan_that_fails_is_a_hit(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that could not be scanned are passed on, and somebody has to read them: a case of severity high."""
    monkeypatch.setattr(screening, "find_safeguarding", _fail)
    assert settled.say("Sam", "hello there") == []
    assert len(settled.heard("Alex")) == 1
    ((case),) = settled.cases()
    assert (case.category, case.severity) == ("scan_failed", "high")
    assert settled.words("category-scan_failed") in settled.heard("Morgan")[-1]


def test_both_engines_fail(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the words are held and there is a case."""
    monkeypatch.setattr(screening, "find_safeguarding", _fail)
    monkeypatch.setattr(screening, "find_contact_details", _fail)
    assert settled.say("Sam", "hello there") == [settled.words("held-notice", "Sam")]
    assert len(settled.heard("Morgan")) == 2
    assert settled.line("hello there").state == "held"


def _fail(*_: object) -> None:
    raise RuntimeError


def test_a_long_text_goes_in_parts(settled: Town) -> None:
    """A text longer than its channel takes arrives whole, in order, in several messages."""
    words = " ".join("word" + "".join(letters) for letters in islice(product("bcdfghjk", repeat=3), 500))
    settled.say("Alex", f"Ellie: {words}")
    parts: list[Sent] = settled.outbox("Ellie")
    assert len(parts) == 3
    assert "".join(part.text for part in parts) == _to(settled, "Ellie", words)


def test_the_same_event_twice(settled: Town) -> None:
    """A message that the provider sends again has the effect of one."""
    message = settled.inbound("Sam", "hello")
    assert settled.receive(message) is True
    assert settled.receive(message) is False
    assert len(settled.heard("Alex")) == 1
    assert settled.received() == 1


def test_sms_options_are_numbers(settled: Town) -> None:
    """A mentor by SMS chooses with a number or a name."""
    settled.pair("Jo", "Sam")
    settled.say("Jo", "which of you?")
    assert settled.outbox("Jo")[-1].labels == ["Kim", "Sam", "Don't send it"]
    settled.say("Jo", "2.")
    assert "which of you?" in settled.heard("Sam")[-1]
    assert settled.addresses["Jo"][0] is SMS
