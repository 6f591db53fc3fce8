"""Another phone or channel: proven first, then joined; the old one is closed and hears nothing personal."""

from datetime import timedelta

import pytest

from handlers import deliveries, moving
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import DeliveryReport, DeliveryStatus, OptOut
from handlers.people import enrol, invite
from storage.addresses import AddressState, addresses_of
from storage.audit import read_audit
from storage.ids import OutboxId
from storage.outbox.claiming import claim
from storage.outbox.deliveries import get_delivery
from storage.outbox.rows import OutboxState
from storage.people import AgeBand, NewPerson, PersonState, Role
from tests.handlers.town import SMS, TELEGRAM, Town

# An invented number of Ofcom's range, that nobody of the town has.
NEW = "+447700900777"


def move(town: Town, name: str, number: str | None, *, lost: bool = False, keep: bool = False) -> str | None:
    """A coordinator asks for it; the code, where there is one."""
    who = town.people[name]
    return town.act(lambda ctx: moving.begin(ctx, who, number, keep=keep, lost=lost, actor="test")).code


def at(town: Town, key: str, channel: object = SMS, address: str = NEW) -> None:
    """Give the address a name in the town."""
    town.addresses[key] = (channel, address)  # type: ignore[assignment]  # a channel


def states(town: Town, name: str) -> list[tuple[str, str]]:
    """Somebody's addresses."""
    return town.act(lambda ctx: [(one.channel, one.state.value) for one in addresses_of(ctx.tx, town.people[name])])


def test_a_new_number(settled: Town) -> None:
    """The new phone is asked without a name; its YES makes it theirs, closes the old one, and words go there."""
    at(settled, "new")
    assert move(settled, "Ellie", NEW) is None
    assert settled.heard("new") == [settled.words("move-ask", service="Bridge Mentoring")]
    # Until then all stays as it is.
    settled.say("Alex", "Ellie: one")
    assert settled.heard("Ellie") == [settled.words("relay-mentee", "Ellie", name="Alex", words="one")]
    assert settled.heard("new") == []
    # What waits goes along.
    assert settled.say("new", "yes")[-2:] == [
        settled.words("relay-mentee", "Ellie", name="Alex", words="one"),
        settled.words("moved-here", "Ellie"),
    ]
    assert states(settled, "Ellie") == [("sms", "closed"), ("sms", "active")]
    assert [(one.state, one.error) for one in settled.outbox("Ellie")] == [(OutboxState.FAILED, "moved")]
    assert settled.heard("Morgan") == [settled.words("notice-moved", name="Ellie")]
    assert settled.heard("Alex") == []
    settled.say("Alex", "Ellie: two")
    assert settled.heard("new") == [settled.words("relay-mentee", "Ellie", name="Alex", words="two")]
    assert settled.say("new", "hi") == []
    assert settled.heard("Alex") == [settled.words("relay-mentor", "Alex", name="Ellie", words="hi")]
    assert settled.heard("Ellie") == []
    who = f"person:{settled.people['Ellie']}"
    acts = settled.act(lambda ctx: [entry.act for entry in read_audit(ctx.tx, subject=who)])
    assert acts[-3:] == ["address.moving", "address.join", "address.close"]


def test_to_telegram_by_a_code(settled: Town) -> None:
    """The code is opened in a chat; consent isn't asked again, and another channel takes the place of the number."""
    at(settled, "chat", TELEGRAM, "70009999")
    code = move(settled, "Ellie", None)
    assert settled.say("chat", f"/start {code}") == [settled.words("moved-here", "Ellie")]
    assert states(settled, "Ellie") == [("sms", "closed"), ("telegram", "active")]
    # Used up, and of no use to anybody else.
    settled.stranger("Other")
    assert settled.say("Other", f"/start {code}") == [settled.words("invitation-bad")]


def test_what_an_old_phone_hears(settled: Town) -> None:
    """Whoever writes from it gets the neutral answer once a day, and the numbers in danger; coordinators know."""
    at(settled, "new")
    move(settled, "Ellie", NEW)
    settled.say("new", "YES")
    settled.heard("Morgan")
    for word in ("STOP", "stop"):
        assert settled.say("Ellie", word) == []
    assert settled.say("Ellie", "STOP", opt_out=OptOut.STOPPED) == []
    assert settled.person("Ellie").state is PersonState.JOINED
    assert settled.say("Ellie", "who is this") == [settled.words("stranger")]
    assert settled.heard("Morgan") == [settled.words("notice-old-address", name="Ellie")]
    assert settled.say("Ellie", "HELP") == []
    line = settled.line("who is this")
    assert (line.side, line.kind, line.state, line.match_id) == ("stranger", "stranger", "kept", None)
    assert settled.say("Ellie", "i want to die") == [settled.words("crisis")]
    [case] = settled.cases()
    assert (case.programme, case.person_id) == ("mentoring", None)
    assert any(settled.words("side-unsure") in text for text in settled.heard("Morgan"))
    settled.clock.move(timedelta(hours=25))
    assert settled.say("Ellie", "START") == [settled.words("stranger")]
    assert settled.heard("Alex") == []


def test_a_report_about_an_old_phone_changes_nothing(settled: Town) -> None:
    """A late failure there is made good at the new one; the person is not unreachable, the address stays closed."""
    at(settled, "new")
    settled.say("Alex", "Ellie: one")
    settled.deliver()
    [sent] = settled.outbox("Ellie")
    move(settled, "Ellie", NEW)
    settled.say("new", "YES")
    settled.heard("Morgan")
    report = DeliveryReport(
        channel=SMS, event_id="r1", provider_ref=f"out-{sent.id}", status=DeliveryStatus.FAILED, at=settled.clock()
    )
    settled.receive(report)
    assert settled.heard("new")[-1] == settled.words("relay-mentee", "Ellie", name="Alex", words="one")
    assert (settled.heard("Morgan"), settled.heard("Alex")) == ([], [])
    assert states(settled, "Ellie") == [("sms", "closed"), ("sms", "active")]


def test_a_block_of_an_old_chat_is_nothing(settled: Town) -> None:
    """Neither blocking nor letting in again opens it, and nobody is told."""
    move(settled, "Sam", NEW)
    at(settled, "new")
    settled.say("new", "1")
    settled.heard("Morgan")
    for blocked in (True, False):
        settled.block("Sam", blocked=blocked)
    assert states(settled, "Sam") == [("telegram", "closed"), ("sms", "active")]
    assert settled.heard("Morgan") == []


def test_a_lost_phone_is_closed_at_once(settled: Town) -> None:
    """What waited there is dropped and its sender told; until the new phone joins the person can't be reached."""
    at(settled, "new")
    settled.say("Alex", "Ellie: are you there")
    move(settled, "Ellie", NEW, lost=True)
    assert states(settled, "Ellie") == [("sms", "closed")]
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")]
    assert settled.say("Alex", "Ellie: hello?") == [settled.words("other-not-reachable", "Alex")]
    assert settled.say("Ellie", "hi") == [settled.words("stranger")]
    settled.say("new", "YES")
    settled.say("Alex", "Ellie: welcome")
    assert settled.heard("new")[-1] == settled.words("relay-mentee", "Ellie", name="Alex", words="welcome")
    assert not any("welcome" in sent.text for sent in settled.outbox("Ellie"))


def test_a_message_on_its_way_is_not_tried_again_at_the_old_phone(settled: Town) -> None:
    """Should its process die, it counts as stale."""
    at(settled, "new")
    settled.say("Alex", "Ellie: one")
    settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))
    move(settled, "Ellie", NEW)
    settled.say("new", "YES")
    [sent] = settled.outbox("Ellie")
    assert sent.state == OutboxState.SENDING


@pytest.mark.parametrize("answer", ["NO", "no.", "2"])
def test_a_no_from_the_new_number(settled: Town, answer: str) -> None:
    """A wrong number says no: nothing changes, and the coordinators are told to look."""
    at(settled, "new")
    move(settled, "Ellie", NEW)
    settled.heard("new")
    assert settled.say("new", answer) == [settled.words("move-declined")]
    assert settled.heard("Morgan") == [settled.words("notice-move-declined", name="Ellie")]
    assert states(settled, "Ellie") == [("sms", "active")]
    assert settled.say("new", "yes") == [settled.words("stranger")]


def test_other_words_from_the_new_number_join_nobody(settled: Town) -> None:
    """They are a stranger's; so is a YES that comes too late, or after another invitation."""
    at(settled, "new")
    move(settled, "Ellie", NEW)
    settled.heard("new")
    assert settled.say("new", "who is this?") == [settled.words("stranger")]
    settled.clock.move(timedelta(days=8))
    assert settled.say("new", "YES") == [settled.words("stranger")]
    assert states(settled, "Ellie") == [("sms", "active")]


def test_a_number_that_was_given_up_can_be_given_to_another(settled: Town) -> None:
    """Its new owner is nobody of before: they are welcomed as new, and hear nothing that was meant for the other."""
    at(settled, "new")
    old = settled.addresses["Ellie"][1]
    settled.say("Alex", "Ellie: secret")
    settled.deliver()
    [sent] = settled.outbox("Ellie")
    move(settled, "Ellie", NEW)
    settled.say("new", "YES")
    lou = NewPerson(programme="mentoring", role=Role.MENTEE, name="Lou", language="en-GB", age_band=AgeBand.SEVENTEEN)
    settled.people["Lou"] = settled.act(lambda ctx: enrol(ctx, lou, number=old, actor="test")).id
    settled.addresses["Lou"] = settled.addresses.pop("Ellie")
    settled.act(lambda ctx: invite(ctx, settled.people["Lou"], actor="test"))
    settled.say("Lou", "YES")
    assert settled.person("Lou").state is PersonState.JOINED
    settled.heard("Morgan")
    # A late report about what the old owner got is made good with the old owner.
    settled.receive(
        DeliveryReport(
            channel=SMS, event_id="r1", provider_ref=f"out-{sent.id}", status=DeliveryStatus.FAILED, at=settled.clock()
        )
    )
    assert settled.heard("Lou") == []
    assert settled.heard("new")[-1] == settled.words("relay-mentee", name="Alex", words="secret")


def test_back_again(settled: Town) -> None:
    """A phone that was given up can be joined again by its owner."""
    at(settled, "new")
    old = settled.addresses["Ellie"][1]
    move(settled, "Ellie", NEW)
    settled.say("new", "YES")
    move(settled, "Ellie", old)
    assert settled.say("Ellie", "yes")[-1] == settled.words("moved-here", "Ellie")
    assert states(settled, "Ellie") == [("sms", "active"), ("sms", "closed")]


def test_who_has_not_joined_is_invited_at_the_new_number(settled: Town) -> None:
    """A mistyped number is corrected so: the old one hears nothing more, consent is asked at the new one."""
    settled.enrol("Lou", Role.MENTEE, SMS)
    at(settled, "new")
    move(settled, "Lou", NEW)
    assert "Reply YES to join" in settled.heard("new")[0]
    assert states(settled, "Lou") == [("sms", "closed"), ("sms", "active")]
    settled.say("new", "YES")
    assert settled.person("Lou").state is PersonState.JOINED


def test_who_cannot_be_moved(settled: Town) -> None:
    """Nobody who said STOP, nobody that isn't there, no number of somebody else, no second one of a channel."""
    number = settled.addresses["Jo"][1]
    for name, to, keep, sentence in (
        ("Ellie", number, False, "belongs to somebody"),
        ("Ellie", NEW, True, "is reached by sms already"),
        ("Sam", None, True, "is reached by telegram already"),
    ):
        with pytest.raises(Refused, match=sentence):
            move(settled, name, to, keep=keep)
    settled.say("Ellie", "STOP")
    with pytest.raises(Refused, match="said STOP"):
        move(settled, "Ellie", NEW)
    with pytest.raises(Refused, match="nobody with the number 99"):
        settled.act(lambda ctx: moving.begin(ctx, 99, NEW, keep=False, actor="test"))


def test_a_code_is_no_use_after_stop(settled: Town) -> None:
    """Somebody who said STOP meanwhile isn't moved by it."""
    code = move(settled, "Ellie", None)
    settled.say("Ellie", "STOP")
    settled.stranger("chat")
    assert settled.say("chat", f"/start {code}") == [settled.words("invitation-bad")]
    assert settled.person("Ellie").state is PersonState.STOPPED
    assert [state for _, state in states(settled, "Ellie")] == [AddressState.ACTIVE]


def test_a_phone_that_is_lost_twice(settled: Town) -> None:
    """Asking again closes nothing twice, and the newest invitation counts."""
    at(settled, "new")
    at(settled, "newer", SMS, "+447700900779")
    move(settled, "Ellie", NEW, lost=True)
    move(settled, "Ellie", settled.addresses["newer"][1], lost=True)
    assert settled.say("new", "YES")[-1] == settled.words("stranger")
    settled.say("newer", "YES")
    who = f"person:{settled.people['Ellie']}"
    acts = settled.act(lambda ctx: [entry.act for entry in read_audit(ctx.tx, subject=who)])
    assert acts.count("address.close") == 1
    assert states(settled, "Ellie") == [("sms", "closed"), ("sms", "active")]


def test_who_has_not_joined_gets_no_second_way(settled: Town) -> None:
    """One thing at a time: first they agree."""
    settled.enrol("Lou", Role.MENTEE, SMS)
    with pytest.raises(Refused, match="has not joined yet"):
        move(settled, "Lou", None, keep=True)
    assert states(settled, "Lou") == [("sms", "active")]


def test_nothing_is_tried_again_at_an_old_phone(settled: Town) -> None:
    """A send that fails after the move isn't repeated there; a stranger's may be."""
    at(settled, "new")
    settled.say("Alex", "Ellie: one")
    [sent] = settled.outbox("Ellie")
    settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))

    def repeated(outbox_id: OutboxId) -> bool:
        def work(ctx: Context) -> bool:
            delivery = get_delivery(ctx.tx, outbox_id)
            assert delivery is not None
            return deliveries.may_be_repeated(delivery, ctx.now, ctx)

        return settled.act(work)

    assert repeated(sent.id)
    move(settled, "Ellie", NEW)
    assert repeated(settled.outbox("new")[-1].id)
    settled.say("new", "YES")
    assert not repeated(sent.id)
