"""Two ways to one person: a preference, an answer to where somebody wrote from, and a fallback that nobody notices."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import deliveries, hold_desk, moving, redelivery
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import Channel, Fate, MediaRef
from handlers.matching import change_match
from handlers.preferring import prefer
from handlers.speaking import dispatch
from storage.addresses import addresses_of
from storage.outbox.claiming import claim
from storage.outbox.deliveries import get_delivery
from storage.outbox.outcomes import note_sent
from storage.outbox.queueing import Parcel
from storage.outbox.rows import OutboxState
from storage.people import PersonState, get_person
from storage.schema.messages import messages
from tests.handlers.test_holding import fetched
from tests.handlers.test_moving import at, states
from tests.handlers.town import PROGRAMME, SMS, Sent, Town

NUMBER = "+447700900778"


def two_ways(town: Town, name: str, key: str, number: str = NUMBER) -> None:
    """Somebody on Telegram adds a number, which is called `key`."""
    who = town.people[name]
    at(town, key, SMS, number)
    town.act(lambda ctx: moving.begin(ctx, who, number, keep=True, actor="test"))
    town.say(key, "YES")
    for one in (name, key, "Morgan", "Alex"):
        town.heard(one)


def fail(town: Town, sent: Sent, fate: Fate = Fate.GIVE_UP) -> None:
    """A delivery fails for good."""

    def work(ctx: Context) -> None:
        delivery = get_delivery(ctx.tx, sent.id)
        assert delivery is not None
        deliveries.give_up(delivery, "gone", ctx, fate=fate)

    town.act(work)


def relay(town: Town, words: str) -> str:
    """Words of Alex as Sam gets them."""
    return town.words("relay-mentee", "Sam", name="Alex", words=words)


def test_a_second_way_and_a_preference(settled: Town) -> None:
    """What they have stays first, until they say otherwise; an answer goes to where they wrote from."""
    at(settled, "Sam by text", SMS, NUMBER)
    settled.act(lambda ctx: moving.begin(ctx, settled.people["Sam"], NUMBER, keep=True, actor="test"))
    assert settled.say("Sam by text", "yes")[-1] == settled.words("added-here", "Sam")
    assert settled.heard("Morgan") == [settled.words("notice-added-address", name="Sam")]
    assert states(settled, "Sam") == [("telegram", "active"), ("sms", "active")]
    settled.say("Alex", "Sam: one")
    assert settled.heard("Sam") == [relay(settled, "one")]
    assert settled.say("Sam by text", "/prefer SMS.") == [settled.words("prefer-done-sms", "Sam")]
    settled.say("Alex", "Sam: two")
    assert (settled.heard("Sam"), settled.heard("Sam by text")) == ([], [relay(settled, "two")])
    assert settled.say("Sam", "/about")
    assert settled.heard("Sam by text") == []
    assert settled.say("Sam", "/prefer telegram") == [settled.words("prefer-done-telegram", "Sam")]
    settled.say("Alex", "Sam: three")
    assert (settled.heard("Sam"), settled.heard("Sam by text")) == ([relay(settled, "three")], [])


def test_what_cannot_be_preferred(settled: Town) -> None:
    """A channel that they haven't, or no channel: the answer says how."""
    assert settled.say("Sam", "/prefer sms") == [settled.words("prefer-unknown", "Sam")]
    assert settled.say("Sam", "/prefer pigeons") == [settled.words("prefer-usage", "Sam")]
    with pytest.raises(Refused, match="isn't reached by sms"):
        settled.act(lambda ctx: prefer(ctx, get_person(ctx.tx, settled.people["Sam"]), Channel.SMS, actor="test"))


def test_what_fails_goes_the_other_way(settled: Town) -> None:
    """A message that can't reach the first address goes to the second, once; its sender isn't told of anything."""
    two_ways(settled, "Sam", "text")
    settled.say("Alex", "Sam: one")
    settled.say("Alex", "Sam: two")
    first, second = settled.outbox("Sam")[-2:]
    settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))
    fail(settled, first, Fate.GONE)
    # What waits behind it follows in order, and nothing new overtakes it.
    settled.say("Alex", "Sam: three")
    assert settled.heard("text") == [relay(settled, words) for words in ("one", "two", "three")]
    assert settled.heard("Alex") == []
    assert settled.heard("Morgan") == []
    assert [sent.state for sent in settled.outbox("Sam") if sent.id in {first.id, second.id}] == ["failed", "failed"]
    # The second address fails too: now the sender learns it.
    again = settled.outbox("text")[-3]
    assert again.text == relay(settled, "one")
    fail(settled, again)
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")]


def test_a_failure_that_is_reported_late_goes_the_other_way(settled: Town) -> None:
    """The outbox has forgotten the words by then: they are put together again from the record."""
    two_ways(settled, "Sam", "text")
    settled.say("Alex", "Sam: ring me on 07700 900123")
    settled.deliver()
    settled.heard("Sam")
    fail(settled, settled.outbox("Sam")[-1])
    [text] = settled.heard("text")
    assert text.startswith("Alex: ring me on ")
    assert "900123" not in text


def test_a_question_keeps_its_options(settled: Town) -> None:
    """It can be answered by number where it arrives; with the outbox's own words, or from what is open."""
    two_ways(settled, "Alex", "text")
    settled.say("Alex", "hello")
    question = settled.outbox("Alex")[-1]
    settled.deliver()
    fail(settled, question)
    again = settled.outbox("text")[-1]
    assert again.labels == question.labels
    settled.say("text", "1")
    assert settled.heard("Sam") == [relay(settled, "hello")]


def test_an_alert_says_less_by_text(settled: Town) -> None:
    """An alert that fails on Telegram goes by SMS as an SMS may have it: no category, no button."""
    two_ways(settled, "Morgan", "text")
    settled.say("Sam", "i want to die")
    alert = next(sent for sent in settled.outbox("Morgan") if sent.labels)
    fail(settled, alert, Fate.GONE)
    again = settled.outbox("text")[-1]
    severity = settled.words("severity-immediate")
    assert again.text == settled.words("alert-sms", case=str(settled.cases()[0].id), severity=severity)
    assert (again.labels, again.priority) == ([], 0)


def test_somebody_who_stopped_gets_nothing_by_the_other_way(settled: Town) -> None:
    """STOP counts for every channel; and who told the provider STOP is not written to by another one for this."""
    two_ways(settled, "Sam", "text")
    settled.say("Alex", "Sam: one")
    [sent] = settled.outbox("Sam")[-1:]
    settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))
    settled.say("text", "STOP")
    settled.heard("text")
    fail(settled, sent)
    assert settled.heard("text") == []
    assert settled.person("Sam").state is PersonState.STOPPED


def test_an_opt_out_at_the_provider_is_no_reason_for_the_other_way(settled: Town) -> None:
    """The words of that moment fail, and their sender is told."""
    two_ways(settled, "Sam", "text")
    settled.say("text", "/prefer sms")
    settled.say("Alex", "Sam: one")
    settled.heard("Sam")
    fail(settled, settled.outbox("text")[-1], Fate.OPTED_OUT)
    assert settled.heard("Sam") == []
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")]


def test_a_blocked_bot_hands_on_what_waits(settled: Town) -> None:
    """With a number too, blocking the bot loses nothing and makes nobody unreachable."""
    two_ways(settled, "Sam", "text")
    settled.say("Alex", "Sam: one")
    settled.block("Sam")
    assert settled.heard("text") == [relay(settled, "one")]
    assert settled.heard("Morgan") == []
    settled.say("Alex", "Sam: two")
    assert settled.heard("text") == [relay(settled, "two")]


def test_a_part_that_fails_after_another_one_is_made_good_once(settled: Town) -> None:
    """A long message whose parts both fail goes the other way as a whole, one time."""
    two_ways(settled, "Sam", "text")
    settled.say("Alex", "Sam: " + "word " * 1200)
    parts = settled.outbox("Sam")[-2:]
    settled.deliver()
    for part in parts:
        fail(settled, part)
    assert sum(text.count("word") for text in settled.heard("text")) == 1200
    assert settled.heard("Alex") == []


# Files


def _sends(town: Town, words: str, name: str = "Alex", kind: str = "photo", **more: object) -> None:
    """Somebody's file is let go by Morgan."""
    file = {"attachments": (kind,), "media": (MediaRef(kind=kind, ref="file-1"),)}
    town.say(name, words, **file, **more)
    fetched(town)
    number = town.act(lambda ctx: hold_desk.list_held(ctx)[-1].message.id)
    for choice in ("look", "release"):
        town.press("Morgan", f"hold:{number}:{choice}")
    for one in (name, "Morgan"):
        town.heard(one)


def _waits(town: Town, what: str) -> str:
    """The line about a file that a text can't carry."""
    contact = town.content.programmes[PROGRAMME].coordinator_contact
    return town.words("file-waits", name="Alex", what=what, coordinator=contact)


@pytest.mark.parametrize(("kind", "what"), [("photo", "a picture"), ("voice", "a voice message"), ("audio", "a file")])
def test_a_file_falls_back_to_a_line(quick: Town, kind: str, what: str) -> None:
    """By text come the words of a file, and that it is there; its sender and the coordinators learn how it is."""
    two_ways(quick, "Sam", "text")
    _sends(quick, "Sam: look", kind=kind)
    fail(quick, quick.outbox("Sam")[-1], Fate.GONE)
    assert quick.heard("text") == [f"{relay(quick, 'look')}\n{_waits(quick, what)}"]
    assert quick.heard("Alex") == [quick.words("file-fell-back", name="Sam", what=what)]
    assert quick.heard("Morgan") == [quick.words("notice-file-fell-back", name="Sam", sender="Alex")]


def test_a_file_that_waits_is_not_lost(settled: Town) -> None:
    """What waits for an address that is lost follows in order, files as lines."""
    two_ways(settled, "Sam", "text")
    settled.say("Alex", "Sam: one")
    _sends(settled, "Sam: two")
    settled.say("Alex", "Sam: three")
    settled.block("Sam")
    one, two, three = settled.heard("text")
    assert (one, three) == (relay(settled, "one"), relay(settled, "three"))
    assert two == f"{relay(settled, 'two')}\n{_waits(settled, 'a picture')}"
    assert settled.heard("Alex") == [settled.words("file-fell-back", name="Sam", what="a picture")]


def test_an_album_falls_back_once(quick: Town) -> None:
    """One line for the pictures of an album and one for their sender; words that stand below others still come."""
    two_ways(quick, "Sam", "text")
    for words in ("one", "", "three"):
        quick.say("Alex", "/to Sam")
        _sends(quick, words, album="a")
    for sent in quick.outbox("Sam")[-3:]:
        fail(quick, sent)
    assert quick.heard("text") == [f"{relay(quick, 'one')}\n{_waits(quick, 'a picture')}", relay(quick, "three")]
    assert len(quick.heard("Alex")) == 1
    # After an hour it is told again.
    quick.clock.move(timedelta(minutes=61))
    _sends(quick, "Sam: four")
    fail(quick, quick.outbox("Sam")[-1])
    assert quick.heard("text") == [f"{relay(quick, 'four')}\n{_waits(quick, 'a picture')}"]
    assert quick.heard("Alex") == [quick.words("file-fell-back", name="Sam", what="a picture")]


def test_a_file_without_words_falls_back(quick: Town) -> None:
    """Who it is from stands before the line."""
    two_ways(quick, "Sam", "text")
    quick.say("Alex", "/to Sam")
    _sends(quick, "")
    fail(quick, quick.outbox("Sam")[-1])
    assert quick.heard("text") == [f"{quick.words('file-from', name='Alex')}\n{_waits(quick, 'a picture')}"]


def test_a_file_that_arrived_is_not_spoken_of(quick: Town) -> None:
    """When only the words behind a file fail, these go the other way, and nobody is told of the file."""
    two_ways(quick, "Sam", "text")
    quick.say("Alex", "/to Sam")
    sticker = {"attachments": ("sticker",), "media": (MediaRef(kind="sticker", ref="file-2"),)}
    quick.say("Alex", "", **sticker)
    fetched(quick, "image/webp")
    file, words = quick.outbox("Sam")[-2:]
    quick.act(lambda ctx: note_sent(ctx.tx, file.id, "out-1", ctx.now))
    quick.heard("Alex")
    fail(quick, words)
    assert quick.heard("text") == [quick.words("file-from", name="Alex")]
    assert quick.heard("Alex") == []


def test_a_change_goes_the_other_way_with_its_mark(quick: Town) -> None:
    """By text nothing can be changed: the newest words come with a mark that says so."""
    two_ways(quick, "Sam", "text")
    quick.say("Alex", "Sam: at four", message_ref="m1")
    quick.deliver()
    quick.say("Alex", "Sam: at five", message_ref="m1", edited=True)
    fail(quick, quick.outbox("Sam")[-1])
    assert quick.heard("text") == [quick.words("changed-mentee", name="Alex", words="at five")]


def test_what_a_coordinator_looks_at_is_for_the_computer(quick: Town) -> None:
    """A held file that can't be shown to a coordinator by text is not spoken of to whoever sent it."""
    two_ways(quick, "Morgan", "text")
    quick.say("Sam", "look", attachments=("photo",), media=(MediaRef(kind="photo", ref="file-1"),))
    fetched(quick)
    number = quick.act(lambda ctx: hold_desk.list_held(ctx)[-1].message.id)
    quick.press("Morgan", f"hold:{number}:look")
    for name in ("text", "Sam"):
        quick.heard(name)
    fail(quick, quick.outbox("Morgan")[-1])
    assert quick.heard("text") + quick.heard("Sam") == []


def test_nobody_to_fall_back_on(settled: Town) -> None:
    """With one address a failure is a failure, as before."""
    settled.say("Alex", "Sam: one")
    fail(settled, settled.outbox("Sam")[-1])
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")]
    assert settled.outbox("Sam")[-1].state == OutboxState.FAILED
    assert redelivery.MOVED == "moved"


def test_what_has_no_words_does_not_go_the_other_way(settled: Town) -> None:
    """A reaction that can't be set, or waits, is not made a message of."""
    two_ways(settled, "Sam", "text")
    # Messages of the match that nothing was delivered of.
    settled.act(lambda ctx: change_match(ctx, 1, "pause", actor="test"))
    for words in ("Sam: one", "Sam: two"):
        settled.say("Alex", words)
    query = select(messages).where(messages.c.match_id == 1, messages.c.state == "refused")
    for number in range(2):

        def react(ctx: Context, number: int = number) -> None:
            target = addresses_of(ctx.tx, settled.people["Sam"])[0]
            message = ctx.tx.execute(query.order_by(messages.c.id)).all()[number]
            parcel = Parcel(message_id=message.id, key_id=message.key_id, text="", reaction="x")
            dispatch(ctx, target, parcel)

        settled.act(react)
    settled.heard("text")
    fail(settled, settled.outbox("Sam")[-2])
    settled.block("Sam")
    # Only what the service had said of the break.
    assert settled.heard("text") == [settled.words("match-paused-told", "Sam")]
    assert [sent.state for sent in settled.outbox("Sam")[-2:]] == ["failed", "failed"]
