"""Joining: by a link on Telegram, by a text that asks for YES on SMS, and everything that can go wrong with it."""

from datetime import timedelta
from functools import partial

import pytest

from handlers.errors import Refused
from handlers.events import Channel
from handlers.people import consent_from_parent, enrol
from handlers.records import read_person
from storage.people import AgeBand, NewPerson, ParentalConsent, PersonState, Role, get_person
from tests.journeys.play import PROGRAMME, Play


def state_of(play: Play, phone_id: str) -> PersonState:
    """How far somebody has come."""
    return play.act(lambda ctx: get_person(ctx.tx, play.people[phone_id])).state


async def welcomed(play: Play, phone_id: str, role: Role) -> list[str]:
    """Add somebody on Telegram who opens the link of their invitation; what they read."""
    play.add(phone_id, role, Channel.TELEGRAM)
    return await play.say(phone_id, f"/start {play.invite(phone_id)}")


async def test_a_link_explains_the_service_and_a_button_joins(play: Play) -> None:
    """On Telegram: who opens the link reads what the service is and joins with Yes; coordinators learn it."""
    play.join("morgan", Role.COORDINATOR, Channel.TELEGRAM)
    [question] = await welcomed(play, "sam", Role.MENTEE)
    for told in ("We record the messages", "badly hurt", "STOP", "To complain"):
        assert told in question
    assert state_of(play, "sam") is PersonState.ADDED
    thanks, *_ = await play.press("sam", "Yes")
    assert thanks == play.words("consent-thanks", "sam", name="Sam")
    assert state_of(play, "sam") is PersonState.JOINED
    assert play.words("notice-joined", "morgan", name="Sam") in play.heard("morgan")
    [consent] = play.act(lambda ctx: read_person(ctx, play.people["sam"], actor="test")).consents
    assert (consent.kind, consent.agreed) == ("service", True)
    assert consent.version == play.stage.core.content.programmes[PROGRAMME].consent_version


async def test_a_text_explains_the_service_and_yes_joins(play: Play) -> None:
    """On SMS: the invitation itself says it all and asks for YES, which is read in any case."""
    play.join("morgan", Role.COORDINATOR, Channel.TELEGRAM)
    play.add("ellie", Role.MENTEE, Channel.SMS)
    assert play.invite("ellie") is None
    await play.settled()
    [invitation] = play.heard("ellie")
    for told in ("We record the messages", "badly hurt", "STOP", "To complain", "YES"):
        assert told in invitation
    thanks, *_ = await play.say("ellie", " yes. ")
    assert thanks == play.words("consent-thanks", "ellie", name="Ellie")
    assert state_of(play, "ellie") is PersonState.JOINED


async def test_yes_twice_is_yes_once(sqlite_play: Play) -> None:
    """A second YES, or a second press, joins nobody twice and says nothing about joining again."""
    play = sqlite_play
    play.add("ellie", Role.MENTEE, Channel.SMS)
    play.invite("ellie")
    await play.settled()
    await play.say("ellie", "YES")
    again = await play.say("ellie", "YES")
    assert play.words("consent-thanks", "ellie", name="Ellie") not in again
    await welcomed(play, "sam", Role.MENTEE)
    question = play.newest("sam", "Yes")
    await play.press("sam", "Yes", on=question)
    assert await play.press("sam", "Yes", on=question) == []
    for person_id in play.people.values():
        record = play.act(partial(read_person, person_id=person_id, actor="test"))
        assert len(record.consents) == 1


async def test_who_says_no_has_not_joined_and_only_coordinators_learn_it(sqlite_play: Play) -> None:
    """A no is kept, thanked for, and told to the coordinators; a new invitation can change it."""
    play = sqlite_play
    play.join("morgan", Role.COORDINATOR, Channel.TELEGRAM)
    await welcomed(play, "sam", Role.MENTEE)
    assert await play.press("sam", "No") == [play.words("consent-declined", "sam")]
    assert state_of(play, "sam") is PersonState.DECLINED
    assert play.words("notice-declined", "morgan", name="Sam") in play.heard("morgan")
    await play.say("sam", f"/start {play.invite('sam')}")
    await play.press("sam", "Yes")
    assert state_of(play, "sam") is PersonState.JOINED


@pytest.mark.parametrize("what", ["expired", "used", "void", "unknown"])
async def test_a_code_that_is_no_longer_good_opens_nothing(sqlite_play: Play, what: str) -> None:
    """An expired, used, replaced or guessed code gets one sentence, the same for all, and joins nobody."""
    play = sqlite_play
    play.add("sam", Role.MENTEE, Channel.TELEGRAM)
    code = play.invite("sam")
    match what:
        case "expired":
            await play.stage.clock.move_on(timedelta(days=8))
        case "used":
            await play.say("sam", f"/start {code}")
        case "void":
            play.invite("sam")
        case "unknown":
            code = "AAAAAAAAAAAAAAAAAAAA"
    play.phone("other", Channel.TELEGRAM)
    assert await play.say("other", f"/start {code}") == [play.words("invitation-bad")]
    assert await play.say("other", "hello") == [play.words("stranger")]


async def test_nobody_takes_over_anothers_place_with_a_code(sqlite_play: Play) -> None:
    """Somebody who has joined can't use another person's code, and a code is good for one chat only."""
    play = sqlite_play
    play.join("alex", Role.MENTOR, Channel.TELEGRAM)
    play.add("sam", Role.MENTEE, Channel.TELEGRAM)
    code = play.invite("sam")
    await play.settled()
    play.heard("alex")
    assert await play.say("alex", f"/start {code}") == [play.words("invitation-already", "alex")]
    # It was not used up by that.
    await play.say("sam", f"/start {code}")
    await play.press("sam", "Yes")
    assert state_of(play, "sam") is PersonState.JOINED


async def test_a_code_can_be_typed_without_the_link(sqlite_play: Play) -> None:
    """The answer to strangers asks for a code, so the bare code works as the link does."""
    play = sqlite_play
    play.add("sam", Role.MENTEE, Channel.TELEGRAM)
    code = play.invite("sam")
    assert code is not None
    [question] = await play.say("sam", f" {code} ")
    assert "We record the messages" in question


async def test_yes_from_another_number_joins_nobody(sqlite_play: Play) -> None:
    """A wrong number: whoever has the phone that was texted by mistake says no; YES from elsewhere is a stranger's."""
    play = sqlite_play
    play.join("morgan", Role.COORDINATOR, Channel.TELEGRAM)
    play.add("ellie", Role.MENTEE, Channel.SMS)
    play.invite("ellie")
    play.phone("friend", Channel.SMS)
    await play.settled()
    assert await play.say("friend", "YES") == [play.words("stranger")]
    assert state_of(play, "ellie") is PersonState.ADDED
    play.heard("ellie")
    await play.say("ellie", "NO")
    assert state_of(play, "ellie") is PersonState.DECLINED


async def test_an_invitation_that_does_not_arrive_is_told_to_coordinators(sqlite_play: Play) -> None:
    """A number that nobody has: the coordinators learn that the text did not arrive."""
    play = sqlite_play
    play.join("morgan", Role.COORDINATOR, Channel.TELEGRAM)
    play.add("ellie", Role.MENTEE, Channel.SMS)
    play.world.phone("ellie").dead = "30005"
    play.invite("ellie")
    await play.stage.shows(
        "morgan", play.words("notice-unreachable", "morgan", name="Ellie", why=play.words("why-number"))
    )


async def test_a_number_belongs_to_one_person(sqlite_play: Play) -> None:
    """A number that somebody has already can't be given to another; one that only wrote as a stranger can."""
    play = sqlite_play
    play.add("ellie", Role.MENTEE, Channel.SMS)
    new = NewPerson(programme=PROGRAMME, role=Role.MENTEE, name="Zoe", language="en-GB", age_band=AgeBand.FROM_18_TO_24)
    taken = play.world.phone("ellie").address
    with pytest.raises(Refused):
        play.act(lambda ctx: enrol(ctx, new, number=taken, actor="test"))
    wrote = play.phone("zoe", Channel.SMS)
    await play.say("zoe", "hello?")
    play.act(lambda ctx: enrol(ctx, new, number=wrote.address, actor="test"))


async def test_too_late_a_yes_by_text_joins_nobody(sqlite_play: Play) -> None:
    """The text of an invitation expires as a code does."""
    play = sqlite_play
    play.add("ellie", Role.MENTEE, Channel.SMS)
    play.invite("ellie")
    await play.settled()
    play.heard("ellie")
    await play.stage.clock.move_on(timedelta(days=8))
    assert await play.say("ellie", "YES") == [play.words("invitation-bad", "ellie")]
    assert state_of(play, "ellie") is PersonState.ADDED


async def test_a_child_is_not_connected_before_a_parent_agreed(play: Play) -> None:
    """A mentee of 16 or under who said yes waits; the match goes on when the coordinator has recorded the consent."""
    play.join("alex", Role.MENTOR, Channel.TELEGRAM)
    play.add("sam", Role.MENTEE, Channel.TELEGRAM, age_band=AgeBand.FROM_13_TO_16, language="en-GB-easy")
    await play.say("sam", f"/start {play.invite('sam')}")
    assert play.words("consent-waiting-parent", "sam") in await play.press("sam", "Yes")
    play.propose("alex", "sam")
    await play.settled()
    await play.press("alex", "Yes")
    assert play.heard("sam") == []
    await play.say("sam", "can i talk to alex now?")
    assert not any("can i talk" in text for text in play.heard("alex"))
    play.act(lambda ctx: consent_from_parent(ctx, play.people["sam"], actor="test"))
    await play.settled()
    play.heard("alex")
    await play.press("sam", "Yes")
    await play.say("sam", "hi alex")
    assert play.heard("alex")[-1] == play.words("relay-mentor", "alex", name="Sam", words="hi alex")


async def test_a_parents_consent_at_the_start_needs_no_wait(sqlite_play: Play) -> None:
    """Consent that was recorded when the mentee was added is enough."""
    play = sqlite_play
    play.add(
        "sam",
        Role.MENTEE,
        Channel.TELEGRAM,
        age_band=AgeBand.FROM_13_TO_16,
        consent=ParentalConsent.RECORDED,
    )
    await play.say("sam", f"/start {play.invite('sam')}")
    assert play.words("consent-waiting-parent", "sam") not in await play.press("sam", "Yes")


async def test_words_before_the_yes_are_kept_and_the_question_comes_again(sqlite_play: Play) -> None:
    """Who writes before agreeing is asked again; a lone /start asks again too, and nothing is passed on."""
    play = sqlite_play
    await welcomed(play, "sam", Role.MENTEE)
    heard = await play.say("sam", "hello, who are you?")
    assert heard[0] == play.words("consent-again", "sam")
    assert "We record the messages" in heard[1]
    assert (await play.say("sam", "/start"))[0] == play.words("consent-again", "sam")
    assert play.recorded("hello, who are you?").state == "kept"
