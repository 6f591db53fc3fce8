"""A mentor with several mentees: whom words are for is said, asked, and never guessed."""

import pytest

from handlers.events import Channel
from handlers.matching import change_match
from storage.people import Role
from tests.journeys.play import PROGRAMME, Play


def relayed(play: Play, to: str, words: str) -> str:
    """Words of Alex as they come to a mentee."""
    return play.words("relay-mentee", to, name="Alex", words=words)


async def test_a_reply_goes_to_whom_it_answers(busy: Play) -> None:
    """Replying to a message is enough, whoever wrote last."""
    await busy.say("sam", "first")
    await busy.say("ellie", "second")
    [of_sam, _] = [m for m in busy.world.phone("alex").shown() if m.text.endswith((": first", ": second"))]
    await busy.say("alex", "for you", reply_to=of_sam.id)
    assert busy.heard("sam") == [relayed(busy, "sam", "for you")]
    assert busy.heard("ellie") == []


async def test_an_unclear_message_waits_until_a_button_says_for_whom(busy: Play) -> None:
    """Neither mentee gets it before the choice; the chosen one gets it then, and the mentor reads that it went."""
    question = await busy.say("alex", "See you on Friday")
    assert question == [busy.words("choose-addressee", "alex", words="See you on Friday")]
    assert (busy.heard("sam"), busy.heard("ellie")) == ([], [])
    assert busy.recorded("See you on Friday").state == "waiting"
    assert await busy.press("alex", "Ellie") == [busy.words("choose-sent", "alex", name="Ellie")]
    assert busy.heard("ellie") == [relayed(busy, "ellie", "See you on Friday")]
    assert busy.heard("sam") == []
    assert busy.recorded("See you on Friday").state == "relayed"


async def test_three_that_wait_are_asked_about_one_by_one(busy: Play) -> None:
    """One question at a time, in the order of the messages, each to its own addressee."""
    await busy.say("alex", "one")
    assert await busy.say("alex", "two") == [busy.words("choose-waiting", "alex")]
    assert await busy.say("alex", "three") == [busy.words("choose-waiting", "alex")]
    assert (await busy.press("alex", "Sam"))[-1] == busy.words("choose-addressee", "alex", words="two")
    assert (await busy.press("alex", "Ellie"))[-1] == busy.words("choose-addressee", "alex", words="three")
    await busy.press("alex", "Sam")
    assert busy.heard("sam") == [relayed(busy, "sam", "one"), relayed(busy, "sam", "three")]
    assert busy.heard("ellie") == [relayed(busy, "ellie", "two")]


async def test_a_waiting_message_can_be_cancelled(sqlite_busy: Play) -> None:
    """Nobody gets it; it stays in the record. An old button of it does nothing more."""
    play = sqlite_busy
    await play.say("alex", "oh never mind")
    question = play.newest("alex", "Sam")
    assert await play.press("alex", play.words("choose-cancel", "alex")) == [play.words("choose-cancelled", "alex")]
    assert await play.press("alex", "Sam", on=question) == []
    assert (play.heard("sam"), play.heard("ellie")) == ([], [])
    assert play.recorded("oh never mind").state == "kept"


@pytest.mark.parametrize("written", ["Ellie: well done", "ellie: well done", "@Ellie well done", "/to Ellie well done"])
async def test_a_name_before_the_words_says_for_whom(sqlite_busy: Play, written: str) -> None:
    """A name with a colon, with an @, or after /to: the words go to this mentee, without the name."""
    play = sqlite_busy
    assert await play.say("alex", written) == []
    assert play.heard("ellie") == [relayed(play, "ellie", "well done")]
    assert play.heard("sam") == []
    assert play.recorded(written).delivered == "well done"


async def test_a_prefix_works_by_sms_too(busy: Play) -> None:
    """A mentor on SMS writes the name before the words, or the number of the choice when asked."""
    busy.join("lee", Role.MENTEE, Channel.TELEGRAM)
    busy.pair("jo", "lee")
    await busy.settled()
    busy.heard("lee")
    busy.heard("jo")
    await busy.say("jo", "Lee: hello")
    assert busy.heard("lee") == [busy.words("relay-mentee", "lee", name="Jo", words="hello")]
    [question] = await busy.say("jo", "see you soon")
    assert "1 Kim\n2 Lee\n3 " in question
    await busy.say("jo", "2")
    assert busy.heard("lee") == [busy.words("relay-mentee", "lee", name="Jo", words="see you soon")]
    assert busy.heard("kim") == []


async def test_a_word_with_a_colon_is_no_name(sqlite_busy: Play) -> None:
    """A near miss: words before a colon that are nobody's name don't choose anybody."""
    play = sqlite_busy
    await play.say("alex", "Reminder: bring the form")
    assert (play.heard("sam"), play.heard("ellie")) == ([], [])
    assert play.recorded("Reminder: bring the form").state == "waiting"


async def test_to_chooses_for_the_next_message_only(busy: Play) -> None:
    """`/to Sam` holds for one message; the one after is asked about again."""
    assert await busy.say("alex", "/to sam") == [busy.words("to-next", "alex", name="Sam")]
    await busy.say("alex", "the next")
    assert busy.heard("sam") == [relayed(busy, "sam", "the next")]
    assert await busy.say("alex", "and another") == [busy.words("choose-addressee", "alex", words="and another")]


async def test_to_somebody_unknown_says_how_to_write_it(sqlite_busy: Play) -> None:
    """A name that is no mentee of theirs (though somebody's) sends nothing anywhere."""
    play = sqlite_busy
    assert await play.say("alex", "/to Kim hello") == [play.words("addressee-unknown", "alex", name="Kim")]
    assert play.heard("kim") == []


async def test_a_reply_to_somebody_whose_match_has_ended_is_not_sent_to_another(sqlite_busy: Play) -> None:
    """With one mentee left, a reply to the other one's old message is kept, not passed to who is left."""
    play = sqlite_busy
    await play.say("ellie", "bye then")
    old = play.world.phone("alex").shown()[-1]
    match_id = play.recorded("bye then").match_id
    assert match_id is not None
    play.act(lambda ctx: change_match(ctx, match_id, "end", actor="test"))
    await play.settled()
    play.heard("alex")
    contact = play.stage.core.content.programmes[PROGRAMME].coordinator_contact
    kindly = play.words("late-after-ending", "alex", name="Ellie", coordinator=contact)
    assert await play.say("alex", "I will miss you, Ellie", reply_to=old.id) == [kindly]
    assert play.heard("sam") == []


async def test_contact_details_in_a_waiting_message_are_taken_out_as_well(sqlite_busy: Play) -> None:
    """The wait doesn't let anything through, and the sender learns what was taken out."""
    play = sqlite_busy
    await play.say("alex", "ring me on 07700 900456")
    assert "07700" not in "".join(play.world.phone("alex").received())
    heard = await play.press("alex", "Sam")
    assert play.words("removed-notice", "alex", kinds=play.words("kind-phone")) in heard
    [text] = play.heard("sam")
    assert "900456" not in text
    assert play.recorded("ring me on 07700 900456").state == "changed"


async def test_a_picture_after_to_is_not_dropped_in_silence(sqlite_busy: Play) -> None:
    """A picture with an addressee in its caption is held as any picture is: the sender learns that it waits."""
    play = sqlite_busy
    heard = await play.say("alex", "/to Sam look at this", attachments=("photo",))
    assert heard == [play.words("held-file", "alex")]
    assert play.heard("sam") == []
