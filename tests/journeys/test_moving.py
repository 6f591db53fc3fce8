"""Other phones, second channels and shared telephones, through the real adapters."""

from bot.sandbox.faults import refused
from handlers import handover, moving, sharing
from handlers.events import Channel
from handlers.people import enrol, invite
from storage.matches import get_match
from storage.people import AgeBand, NewPerson, Role
from tests.journeys.play import Play


async def test_a_new_phone_takes_over(busy: Play) -> None:
    """A mentee gets a new number: YES there, and from then on everything goes there; the old one hears nothing."""
    new = busy.phone("ellie_new", Channel.SMS)
    who = busy.people["ellie"]
    busy.act(lambda ctx: moving.begin(ctx, who, new.address, keep=False, actor="test"))
    await busy.settled()
    assert busy.heard("ellie_new") == [busy.words("move-ask", service="Bridge Mentoring")]
    assert await busy.say("ellie_new", "Yes") == [busy.words("moved-here")]
    assert busy.heard("morgan") == [busy.words("notice-moved", name="Ellie")]
    await busy.say("alex", "Ellie: is this you?")
    assert busy.heard("ellie_new") == [busy.words("relay-mentee", name="Alex", words="is this you?")]
    assert await busy.say("ellie", "who am I?") == [busy.words("stranger")]
    assert busy.heard("morgan") == [busy.words("notice-old-address", name="Ellie")]
    assert busy.heard("alex") == []


async def test_from_sms_to_telegram(sqlite_busy: Play) -> None:
    """The link is opened in a chat; there is no second question about consent, and STOP at the old number is silent."""
    play = sqlite_busy
    play.phone("ellie_chat", Channel.TELEGRAM)
    who = play.people["ellie"]
    code = play.act(lambda ctx: moving.begin(ctx, who, None, keep=False, actor="test")).code
    assert await play.say("ellie_chat", f"/start {code}") == [play.words("moved-here")]
    assert await play.say("ellie", "STOP") == []
    await play.say("ellie_chat", "hello")
    assert play.heard("alex") == [play.words("relay-mentor", "alex", name="Ellie", words="hello")]


async def test_a_blocked_chat_falls_back_to_sms(sqlite_busy: Play) -> None:
    """With both channels a message that Telegram refuses arrives by SMS, and its sender isn't bothered."""
    play = sqlite_busy
    number = play.phone("sam_sms", Channel.SMS)
    who = play.people["sam"]
    play.act(lambda ctx: moving.begin(ctx, who, number.address, keep=True, actor="test"))
    await play.settled()
    play.heard("sam_sms")
    assert await play.say("sam_sms", "1") == [play.words("added-here")]
    play.heard("morgan")
    play.world.faults.plan("sendMessage", refused(403), address=play.world.phone("sam").address)
    await play.say("alex", "Sam: are you there?")
    assert play.heard("sam_sms") == [play.words("relay-mentee", name="Alex", words="are you there?")]
    assert (play.heard("alex"), play.heard("morgan"), play.heard("sam")) == ([], [], [])


async def test_a_family_with_one_telephone(busy: Play) -> None:
    """Two sisters text their two mentors from one phone: asked, attributed, named."""
    lou = NewPerson(
        programme="mentoring", role=Role.MENTEE, name="Lou", language="en-GB", age_band=AgeBand.FROM_18_TO_24
    )
    busy.people["lou"] = busy.act(lambda ctx: enrol(ctx, lou, number=None, actor="test")).id
    busy.act(lambda ctx: sharing.share(ctx, busy.people["lou"], busy.people["ellie"], actor="test"))
    busy.act(lambda ctx: invite(ctx, busy.people["lou"], actor="test"))
    await busy.settled()
    assert [text[:9] for text in busy.heard("ellie")] == ["For Ellie", "For Lou: "]
    [question] = await busy.say("ellie", "YES")
    assert question == busy.words("writer-ask", words="YES") + "\n1 Ellie\n2 Lou"
    said = await busy.say("ellie", "2")
    assert busy.words("for-sharer", name="Lou", words=busy.words("consent-thanks", name="Lou")) in said
    match_id = busy.propose("jo", "lou")
    await busy.settled()
    busy.heard("jo")
    await busy.say("jo", "yes")
    await busy.say("ellie", "yes")
    assert busy.act(lambda ctx: get_match(ctx.tx, match_id).state) == "active"
    busy.heard("ellie")
    await busy.say("jo", "Lou: hi you")
    await busy.say("alex", "Ellie: hi there")
    assert busy.heard("ellie") == [
        busy.words("for-sharer", name="Lou", words=busy.words("relay-mentee", name="Jo", words="hi you")),
        busy.words("for-sharer", name="Ellie", words=busy.words("relay-mentee", name="Alex", words="hi there")),
    ]


async def test_a_break_by_a_word_on_both_channels(sqlite_busy: Play) -> None:
    """PAUSE by text and on Telegram, ended by the same person."""
    play = sqlite_busy
    assert await play.say("ellie", "Pause") == [play.words("pause-done")]
    assert play.heard("alex") == [play.words("match-paused-told", "alex")]
    assert await play.say("alex", "/resume Ellie") == [play.words("resume-not-yours", "alex")]
    assert await play.say("ellie", "resume") == [play.words("match-resumed-told", name="Alex")]
    assert await play.say("sam", "/pause") == [play.words("pause-done")]
    assert await play.say("sam", "/resume") == [play.words("match-resumed-told", name="Alex")]


async def test_another_mentor_takes_over(sqlite_busy: Play) -> None:
    """Jo takes Ellie over from Alex: asked by text, told kindly, and the words go to the new mentor."""
    play = sqlite_busy
    who = play.people["jo"]
    begun = play.act(lambda ctx: handover.begin(ctx, 2, who, hide_notes=True, mentee_agreed=False, actor="test"))
    await play.settled()
    [question] = play.heard("jo")
    assert question.startswith(play.words("handover-ask-mentor", name="Ellie"))
    await play.say("jo", "yes")
    play.heard("ellie")
    assert await play.say("ellie", "1") == [play.words("handover-done-mentee", name="Jo", before="Alex")]
    assert play.heard("alex") == [play.words("handover-done-before", "alex", name="Ellie")]
    play.heard("jo")
    await play.say("ellie", "hello Jo")
    assert play.heard("jo") == [play.words("relay-mentor", name="Ellie", words="hello Jo")]
    assert [line.kind for line in play.transcript(match_id=begun.match.id)].count("marker") == 1
