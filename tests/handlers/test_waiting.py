"""What waits keeps what it is about: a reply its thread, a reaction its message."""

from datetime import timedelta

import pytest

from handlers.context import Context
from handlers.matching import change_match
from storage.outbox.claiming import Claimed, claim
from storage.outbox.outcomes import note_sent
from tests.handlers.test_holding import PHOTO, fetched
from tests.handlers.test_hours import HOURS, MORNING, NIGHT, at, set_programme
from tests.handlers.test_sharing import PHONE, family
from tests.handlers.town import Town


def _to(town: Town, name: str) -> list[Claimed]:
    """What goes to somebody now; the provider takes it, and all else, as `Town.deliver` has it."""

    def take(ctx: Context) -> list[Claimed]:
        taken = claim(ctx.tx, "test", ctx.now, 100)
        for one in taken:
            note_sent(ctx.tx, one.id, f"out-{one.id}", ctx.now)
        return taken

    return [one for one in town.act(take) if one.address == town.addresses[name][1]]


def _delivered(town: Town, words: str = "hello", ref: str = "m1") -> str:
    """Sam wrote to Alex; what the message is called in Alex's chat."""
    town.say("Sam", words, message_ref=ref)
    return town.last_ref("Alex", words)


def _night(town: Town) -> str:
    """A message of the day, and then it is night."""
    ref = _delivered(town)
    town.deliver()
    set_programme(town, contact_hours=HOURS)
    town.clock.now = NIGHT
    return ref


def _react(town: Town, name: str, to: str, emoji: str) -> list[str]:
    return town.say(name, message_ref=None, reply_to=to, reaction=emoji)


# Replies


def test_a_reply_of_the_night_hangs_on_its_message_in_the_morning(settled: Town) -> None:
    """It goes as a reply to the message that it answered."""
    ref = _night(settled)
    settled.say("Alex", "good night", reply_to=ref)
    at(settled, MORNING)
    (sent,) = _to(settled, "Sam")
    assert (sent.text, sent.reply_to_ref) == ("Alex: good night", "m1")


def test_words_of_the_night_that_answer_nothing(quick: Town) -> None:
    """They hang on nothing."""
    _night(quick)
    quick.say("Alex", "Sam: good night")
    at(quick, MORNING)
    assert [one.reply_to_ref for one in _to(quick, "Sam")] == [None]


def test_a_reply_that_waited_for_whom_it_is_for(settled: Town) -> None:
    """A reply that also names somebody else is asked about; chosen, it hangs on the message if that is of the match."""
    ref = _delivered(settled)
    for choice, expected in (("Sam", "m1"), ("Ellie", None)):
        settled.say("Alex", "Ellie: hm", reply_to=ref)
        settled.deliver()
        settled.say("Alex", choice)
        (sent,) = _to(settled, choice)
        assert (sent.text, sent.reply_to_ref) == ("Alex: Ellie: hm", expected)


def test_a_reply_from_a_shared_telephone(quick: Town) -> None:
    """Once it is known who wrote it, it goes to whoever wrote what it answers, as a reply."""
    family(quick)
    quick.say("Alex", "Ellie: at four", message_ref="m1")
    ref = f"out-{quick.outbox(PHONE)[-1].id}"
    quick.deliver()
    quick.say(PHONE, "yes please", reply_to=ref)
    quick.deliver()
    quick.say(PHONE, "Ellie")
    (sent,) = _to(quick, "Alex")
    assert (sent.text, sent.reply_to_ref) == ("Ellie: yes please", "m1")


def test_a_picture_that_is_a_reply(quick: Town) -> None:
    """It keeps its thread over the look of a coordinator."""
    ref = _delivered(quick)
    quick.say("Alex", "look", reply_to=ref, **PHOTO)
    fetched(quick)
    (button,) = {data for sent in quick.outbox("Morgan") for _, data in sent.options if data.endswith(":look")}
    quick.press("Morgan", button)
    quick.press("Morgan", button.replace("look", "release"))
    assert [one.reply_to_ref for one in _to(quick, "Sam") if one.media_id] == ["m1"]


# Reactions


def test_a_reaction_waits_for_the_morning(settled: Town) -> None:
    """Outside of the hours an emoji rings no telephone; in the morning it is set, and nobody was told anything."""
    ref = _night(settled)
    assert _react(settled, "Alex", ref, "👍") == []
    assert _to(settled, "Sam") == []
    assert settled.line("👍").state == "deferred"
    at(settled, MORNING)
    (sent,) = _to(settled, "Sam")
    assert (sent.text, sent.reaction, sent.reply_to_ref) == ("", "👍", "m1")
    assert settled.line("👍").state == "relayed"


def test_a_reaction_keeps_its_place_behind_words(quick: Town) -> None:
    """What was written before goes before; and a waiting reaction doesn't take the line about words that wait away."""
    ref = _night(quick)
    _react(quick, "Alex", ref, "👍")
    (told,) = quick.say("Alex", "Sam: good night")
    assert told.endswith(quick.words("deferred-help-mentor"))
    _react(quick, "Alex", ref, "🔥")
    at(quick, MORNING)
    assert [one.reaction for one in _to(quick, "Sam")] == [None]
    assert [one.reaction for one in _to(quick, "Sam")] == ["🔥"]


def test_behind_words_that_are_about_to_go(quick: Town) -> None:
    """By day a reaction goes behind words of the night that the diary hasn't taken up yet."""
    ref = _night(quick)
    quick.say("Alex", "Sam: good night")
    quick.clock.now = MORNING
    _react(quick, "Alex", ref, "👍")
    assert quick.line("👍").state == "deferred"
    at(quick, MORNING)
    assert [one.reaction for one in _to(quick, "Sam") + _to(quick, "Sam")] == [None, "👍"]


def test_a_reaction_that_is_taken_back_at_night(settled: Town) -> None:
    """Nobody sees it: neither it nor its end is passed on."""
    ref = _night(settled)
    _react(settled, "Alex", ref, "👍")
    _react(settled, "Alex", ref, "")
    at(settled, MORNING)
    assert _to(settled, "Sam") == []
    assert settled.line("👍").state == "kept"


@pytest.mark.parametrize(("later", "expected"), [("", [""]), ("🔥", ["🔥"]), ("👍", [])])
def test_a_change_of_a_reaction_of_the_day(quick: Town, later: str, expected: list[str]) -> None:
    """What was set by day is taken away, or changed, in the morning, unless it is at last what it was."""
    ref = _delivered(quick)
    _react(quick, "Alex", ref, "👍")
    quick.deliver()
    quick.deliver()
    set_programme(quick, contact_hours=HOURS)
    quick.clock.now = NIGHT
    _react(quick, "Alex", ref, "😢")
    _react(quick, "Alex", ref, later)
    at(quick, MORNING)
    assert [one.reaction for one in _to(quick, "Sam")] == expected


def test_reactions_to_two_messages(quick: Town) -> None:
    """One doesn't take the other's place, nor does the other side's."""
    first, second = _delivered(quick), _delivered(quick, "again", "m2")
    quick.deliver()
    set_programme(quick, contact_hours=HOURS)
    quick.clock.now = NIGHT
    for ref in (first, second):
        _react(quick, "Alex", ref, "👍")
    _react(quick, "Sam", "m1", "🔥")
    at(quick, MORNING)
    taken = [(one.reaction, one.reply_to_ref) for one in _to(quick, "Sam") + _to(quick, "Sam")]
    assert taken == [("👍", "m1"), ("👍", "m2")]
    assert quick.line("🔥").state == "relayed"


@pytest.mark.parametrize("why", ["paused", "stopped", "ended"])
def test_a_reaction_that_can_go_nowhere_in_the_morning(quick: Town, why: str) -> None:
    """After a pause, a STOP or an ending it stays in the record, and nobody hears of it."""
    ref = _night(quick)
    match_id = quick.line("hello").match_id or 0
    _react(quick, "Alex", ref, "👍")
    if why == "stopped":
        quick.say("Sam", "STOP")
    else:
        quick.act(lambda ctx: change_match(ctx, match_id, {"paused": "pause", "ended": "end"}[why], actor="test"))
    for name in ("Alex", "Morgan"):
        quick.heard(name)
    at(quick, MORNING)
    assert [one for one in _to(quick, "Sam") if one.reaction is not None] == []
    assert quick.heard("Alex") + quick.heard("Morgan") == []
    assert quick.line("👍").state == "kept"


def test_a_reaction_to_somebody_who_is_away(quick: Town) -> None:
    """It waits until they are back."""
    ref = _delivered(quick)
    quick.say("Sam", "/away thursday")
    quick.deliver()
    assert _react(quick, "Alex", ref, "👍") == []
    assert quick.line("👍").state == "deferred"
    quick.say("Sam", "/back")
    at(quick, quick.clock() + timedelta(minutes=1))
    assert [one.reaction for one in _to(quick, "Sam") + _to(quick, "Sam")] == [None, "👍"]
