"""STOP and START: the single word, answered once, on both channels, also when the provider was first."""

import pytest

from handlers.events import Inbound, OptOut
from storage.addresses import AddressState, addresses_of
from storage.outbox.rows import OutboxState
from storage.people import PersonState, Role
from tests.handlers.town import SMS, TELEGRAM, Town


def _address(town: Town, name: str) -> AddressState:
    return town.act(lambda ctx: addresses_of(ctx.tx, town.people[name])[0].state)


def test_stop_and_start(settled: Town) -> None:
    """One word ends everything, is answered once and passed to nobody; another brings it back."""
    assert settled.say("Sam", "STOP") == [settled.words("stopped", "Sam")]
    assert settled.person("Sam").state is PersonState.STOPPED
    assert settled.heard("Morgan") == [settled.words("notice-stopped", name="Sam")]
    assert settled.say("Sam", "stop") == []
    assert settled.say("Sam", "Stop.") == []
    assert settled.say("Sam", "START") == [settled.words("started", "Sam")]
    assert settled.person("Sam").state is PersonState.JOINED
    assert settled.heard("Morgan") == [settled.words("notice-started", name="Sam")]
    assert settled.say("Sam", "/start") == [settled.words("start-not-needed", "Sam")]
    assert settled.heard("Alex") == []


@pytest.mark.parametrize("name", ["Sam", "Ellie"])
@pytest.mark.parametrize("words", ["STOP", "stop", "Stop.", " stop! ", "Stop !", "/stop", "STOP..."])
def test_the_single_word(quick: Town, name: str, words: str) -> None:
    """In any case, with a full stop behind it, on either channel."""
    quick.say(name, words)
    assert quick.person(name).state is PersonState.STOPPED


@pytest.mark.parametrize(
    "words", ["please stop", "stop it", "stop?", "don't stop", "stopp", "STOP STOP", "s t o p", "/stop now", "“stop”"]
)
def test_the_word_inside_a_sentence(quick: Town, words: str) -> None:
    """Anything more is words for the mentor."""
    quick.say("Sam", words)
    assert quick.person("Sam").state is PersonState.JOINED


@pytest.mark.parametrize("change", [{"edited": True}, {"button": "stop"}])
def test_no_word_of_now(quick: Town, change: dict[str, object]) -> None:
    """A message that is changed into STOP, or a button, stops nothing."""
    quick.say("Sam", "STOP", **change)
    assert quick.person("Sam").state is PersonState.JOINED


def test_words_after_stop(settled: Town) -> None:
    """What a stopped person writes is kept and passed to nobody; they are told how to come back."""
    settled.say("Sam", "STOP")
    for words in ("hello", "/about", "/help", "/to Alex hi", "1"):
        assert settled.say("Sam", words) == [settled.words("stopped-still", "Sam")]
    assert settled.press("Sam", "match:1:yes") == [settled.words("stopped-still", "Sam")]
    assert settled.heard("Alex") == []
    assert settled.line("hello").state == "kept"


def test_what_waits_is_not_sent(settled: Town) -> None:
    """What was queued for somebody who stops is taken back, but for the one answer."""
    settled.say("Alex", "Sam: one")
    settled.say("Alex", "Sam: two")
    settled.say("Sam", "STOP")
    assert [(sent.state, sent.error) for sent in settled.outbox("Sam")] == [
        (OutboxState.FAILED, "stopped"),
        (OutboxState.FAILED, "stopped"),
        (OutboxState.QUEUED, None),
    ]


def test_a_coordinators_stop(settled: Town) -> None:
    """A stopped coordinator hears no ordinary notices; what waits for them stays, since it may be an alarm."""
    settled.say("Sam", "i want to die")
    settled.say("Morgan", "STOP")
    assert all(sent.state == OutboxState.QUEUED for sent in settled.outbox("Morgan"))
    settled.heard("Morgan")
    settled.say("Ellie", "STOP")
    assert settled.heard("Morgan") == []
    assert settled.say("Morgan", "/about")[0].startswith("You are with")
    settled.say("Morgan", "START")
    settled.say("Ellie", "START")
    assert settled.heard("Morgan") == [settled.words("notice-started", name="Ellie")]


def test_the_provider_was_first(settled: Town) -> None:
    """Where the provider answered STOP and START itself we don't, and we send nothing that it would turn away."""
    assert settled.say("Ellie", "UNSUBSCRIBE", opt_out=OptOut.STOPPED) == []
    assert _address(settled, "Ellie") is AddressState.OPTED_OUT
    settled.say("Alex", "Ellie: hello")
    assert settled.heard("Ellie") == []
    # Any words are a sign of life, but don't end what the provider does.
    settled.say("Ellie", "hello")
    settled.say("Ellie", "STOP", opt_out=OptOut.STOPPED)
    assert _address(settled, "Ellie") is AddressState.OPTED_OUT
    assert settled.say("Ellie", "UNSTOP", opt_out=OptOut.STARTED) == []
    assert _address(settled, "Ellie") is AddressState.ACTIVE
    assert settled.person("Ellie").state is PersonState.JOINED


def test_our_stop_before_the_providers(settled: Town) -> None:
    """Somebody who stopped with us and then with the provider isn't sent anything there either."""
    settled.say("Ellie", "STOP")
    settled.say("Ellie", "STOPALL", opt_out=OptOut.STOPPED)
    assert _address(settled, "Ellie") is AddressState.OPTED_OUT


def test_help_that_the_provider_gave(settled: Town) -> None:
    """What the provider says about HELP doesn't keep ours away: it names who can help."""
    assert settled.say("Ellie", "HELP", opt_out=OptOut.HELPED) == [settled.words("help-mentee", "Ellie")]


def test_stop_before_joining(settled: Town) -> None:
    """Somebody who stops before they agreed is asked again after START, and hears nothing between."""
    settled.enrol("Ash", Role.MENTEE, SMS)
    settled.say("Ash", "STOP")
    assert settled.say("Ash", "START")[0] == settled.words("started", "Ash")
    assert settled.person("Ash").state is PersonState.ADDED
    assert settled.say("Ash", "START")[0] == settled.words("consent-again", "Ash")


def test_a_sign_of_life(settled: Town) -> None:
    """Who had blocked the bot and writes again can be reached again."""
    settled.block("Sam")
    assert _address(settled, "Sam") is AddressState.UNREACHABLE
    settled.say("Sam", "hello")
    assert _address(settled, "Sam") is AddressState.ACTIVE


@pytest.mark.parametrize("channel", [TELEGRAM, SMS])
def test_a_strangers_stop(quick: Town, channel: str) -> None:
    """A stranger who asks for silence gets it; other words of theirs get the neutral answer."""
    quick.stranger("Stranger", channel)  # type: ignore[arg-type]  # one of the channels
    message: Inbound = quick.inbound("Stranger", "STOP")
    quick.receive(message)
    assert quick.heard("Stranger") == []
    quick.receive(quick.inbound("Stranger", "stop texting me"))
    assert quick.heard("Stranger") == [quick.words("stranger")]


def test_who_wrote_what_is_not_sent(settled: Town) -> None:
    """The sender and the coordinators learn that a message which waited won't arrive; a long one counts once."""
    settled.say("Alex", "Sam: " + "word " * 1500)
    settled.say("Alex", "Sam: two")
    settled.say("Ellie", "/about")
    for name in ("Alex", "Morgan"):
        settled.heard(name)
    settled.say("Sam", "STOP")
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")] * 2
    assert settled.heard("Morgan").count(settled.words("notice-not-delivered", name="Sam")) == 2
    # Words of the service have no sender to be told.
    settled.say("Ellie", "STOP")
    assert settled.heard("Morgan") == [settled.words("notice-stopped", name="Ellie")]
