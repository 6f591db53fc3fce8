"""People tell the service something, through the real adapters: a concern, and something about a mentor."""

from datetime import timedelta

from tests.journeys.play import Play


def alarms(play: Play) -> list[str]:
    """The alarms on the coordinator's phone."""
    return [text for text in play.heard("morgan") if "Alert" in text]


async def test_a_concern_by_buttons(busy: Play) -> None:
    """The words, the danger and whom it is about, one by one; a restart in between loses nothing."""
    assert await busy.say("alex", "/concern") == [busy.words("concern-ask", "alex")]
    await busy.stage.stop()
    await busy.stage.start()
    assert await busy.say("alex", "she was hurt at home") == [busy.words("concern-danger", "alex")]
    assert len(alarms(busy)) == 1
    said = await busy.press("alex", busy.words("option-yes", "alex"))
    assert said == [busy.words("concern-now", "alex"), busy.words("concern-whom", "alex")]
    assert len(alarms(busy)) == 1
    assert await busy.press("alex", "Ellie") == [busy.words("concern-whom-noted", "alex")]
    assert (busy.heard("sam"), busy.heard("ellie")) == ([], [])
    [case] = await busy.say("morgan", "/case 1")
    assert busy.words("concern-about", "morgan", name="Ellie") in case


async def test_a_concern_by_sms(sqlite_busy: Play) -> None:
    """In words; what is no answer waits and can go to the coordinators, and the mentee hears nothing of any of it."""
    play = sqlite_busy
    assert (await play.say("jo", "/concern"))[0].startswith(play.words("concern-ask", "jo"))
    await play.say("jo", "she has bruises")
    [question] = await play.say("jo", "i think it was her uncle")
    assert play.words("choose-coordinator", "jo") in question
    assert (await play.say("jo", "2"))[0] == play.words("concern-more", "jo")
    assert await play.say("jo", "Yes, he is here") == [play.words("concern-now", "jo")]
    assert play.heard("kim") == []
    play.heard("morgan")
    [shown] = await play.press("morgan", play.words("option-show-words", "morgan"))
    assert all(words in shown for words in ("she has bruises", "her uncle", "Yes, he is here"))


async def test_nobody_answers_what_is_asked(sqlite_busy: Play) -> None:
    """The service's own clockwork writes that into the case and asks whom it is about."""
    play = sqlite_busy
    await play.say("alex", "/concern she was hurt at home")
    await play.stage.clock.move_on(timedelta(minutes=16))
    await play.settled()
    assert play.words("concern-whom", "alex") in play.heard("alex")
    [case] = (await play.say("morgan", "/case 1"))[-1:]
    assert play.words("concern-silent-danger", "morgan") in case


async def test_something_about_one_of_two_mentors(busy: Play) -> None:
    """Both are cut off at once; the name that is pressed frees the other, and neither mentor hears a word."""
    busy.pair("alex", "kim")
    await busy.settled()
    for name in ("alex", "jo", "kim"):
        busy.heard(name)
    await busy.say("kim", "/help")
    said = await busy.press("kim", busy.words("option-help-mentor", "kim"))
    assert said == [busy.words("help-which-mentor", "kim")]
    assert await busy.say("jo", "hello kim") == [busy.words("match-is-paused", "jo")]
    assert await busy.press("kim", "Jo") == [busy.words("help-mentor-chosen", "kim", name="Jo")]
    assert (busy.heard("alex"), busy.heard("jo")) == ([], [])
    await busy.say("alex", "Kim: hello")
    assert busy.heard("kim") == [busy.words("relay-mentee", "kim", name="Alex", words="hello")]
    assert await busy.say("jo", "hello again") == [busy.words("match-is-paused", "jo")]
