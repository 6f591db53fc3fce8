"""Sentences and numbers that come in pieces, through the real adapters."""

from datetime import timedelta

from handlers.events import Channel
from storage.people import Role
from tests.journeys.play import Play
from tests.journeys.test_alarms import alarms


async def test_a_number_in_two_texts(busy: Play) -> None:
    """By SMS too the piece that completes a number is taken out, and its sender is told; the rest had gone before."""
    assert await busy.say("ellie", "my number is 07700") == []
    assert busy.heard("alex") == [busy.words("relay-mentor", "alex", name="Ellie", words="my number is 07700")]
    told = busy.words("removed-notice", "ellie", kinds=busy.words("kind-phone", "ellie"))
    assert await busy.say("ellie", "900123") == [told]
    assert busy.heard("alex") == [busy.words("relay-mentor", "alex", name="Ellie", words="[number removed]")]
    line = busy.recorded("900123")
    assert (line.state, [found.reaches_back for found in line.findings]) == ("changed", [1])
    assert not any("900123" in call.text for call in busy.world.calls)


async def test_a_number_with_the_others_words_between(sqlite_busy: Play) -> None:
    """What the mentor writes between doesn't make two numbers of one."""
    play = sqlite_busy
    await play.say("ellie", "its 07700")
    await play.say("alex", "Ellie: what is")
    await play.say("ellie", "then 900123")
    assert "900123" not in " ".join(play.heard("alex"))


async def test_two_texts_that_are_no_number(sqlite_busy: Play) -> None:
    """Two short numbers of everyday life stay as they are, byte for byte."""
    play = sqlite_busy
    for words in ("bus 52 at 4", "im 17 now"):
        assert await play.say("ellie", words) == []
    assert play.heard("alex") == [
        play.words("relay-mentor", "alex", name="Ellie", words=words) for words in ("bus 52 at 4", "im 17 now")
    ]


async def test_a_sentence_in_two_texts(busy: Play) -> None:
    """The alarm says with how many messages before; Show words has both, and the coordinator's text neither."""
    busy.join("robin", Role.COORDINATOR, Channel.SMS)
    await busy.settled()
    busy.heard("robin")
    assert await busy.say("ellie", "im going to kill") == []
    assert await busy.say("ellie", "myself tonight") == [busy.words("crisis", "ellie")]
    [alarm], [text] = alarms(busy), alarms(busy, "robin")
    assert busy.words("alert-before", "morgan", count=1) in alarm
    assert text == busy.words("alert-sms", "robin", case="1", severity=busy.words("severity-immediate"))
    [shown] = await busy.press("morgan", busy.words("option-show-words", "morgan"))
    assert shown.index("im going to kill") < shown.index("myself tonight")


async def test_a_disguised_sentence(sqlite_busy: Play) -> None:
    """Letters set apart, digits for letters and wide letters raise the alarm, and pass as they were written."""
    play = sqlite_busy
    for number, words in enumerate(("i w4nt to d1e", "i w a n t  t o  d i e", "ｉ ｗａｎｔ ｔｏ ｄｉｅ"), start=1):
        await play.say("sam", words)
        assert [f"Alert {number}:" in text for text in alarms(play)] == [True]
        assert play.heard("alex") == [play.words("relay-mentor", "alex", name="Sam", words=words)]
        await play.stage.clock.move_on(timedelta(minutes=11))
        await play.press("morgan", play.words("option-have-this", "morgan"))
        play.heard("morgan")


async def test_two_presses_at_the_same_moment(busy: Play) -> None:
    """One of two coordinators has it; the other learns who, and both phones say the same name."""
    busy.join("robin", Role.COORDINATOR, Channel.TELEGRAM)
    await busy.settled()
    await busy.say("sam", "i want to die")
    label = busy.words("option-have-this", "morgan")
    for phone_id in ("morgan", "robin"):
        busy.heard(phone_id)
    for phone_id in ("robin", "morgan"):
        message = busy.newest(phone_id, label)
        busy.world.press(phone_id, message.id, [option.label for option in message.options()].index(label))
    await busy.settled()
    heard = {phone_id: busy.heard(phone_id) for phone_id in ("morgan", "robin")}
    [holder] = {
        name for name in ("Morgan", "Robin") for texts in heard.values()
        if busy.words("alert-acknowledged", name=name, case="1") in texts
    }  # fmt: skip
    taken = busy.words("alert-acknowledged", name=holder, case="1")
    assert all(texts.count(taken) == 1 for texts in heard.values())
    late = "robin" if holder == "Morgan" else "morgan"
    assert sorted(heard[late]) == sorted([taken, busy.words("alert-already", name=holder, case="1")])
