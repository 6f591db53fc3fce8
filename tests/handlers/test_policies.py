"""What a programme makes of each kind of contact detail, and of words that it wants looked at before they go."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from content.programme import ContactPolicy
from handlers import hold_desk
from handlers.context import Context
from handlers.errors import Refused
from handlers.resuming import resume
from storage.people import set_quiet_hours
from tests.handlers.test_holding import PHOTO, acts, fetched
from tests.handlers.town import PROGRAMME, Town

NUMBER = "ring 07700 900456"
BOTH = "ring 07700 900456 or write me@example.org"


def plan(town: Town, policies: dict[str, Any] | None = None, **changes: Any) -> None:  # noqa: ANN401 - fields of Programme
    """Give the programme policies for contact details, and other changes."""
    changes |= {"contact_details": ContactPolicy.model_validate(policies or {})}
    programme = town.content.programmes[PROGRAMME].model_copy(update=changes)
    town.content = replace(town.content, programmes={**town.content.programmes, PROGRAMME: programme})


def held(town: Town) -> int:
    """The number of the newest message that is held."""
    return town.act(lambda ctx: hold_desk.list_held(ctx)[-1].message.id)


def test_what_is_allowed_passes_and_is_recorded(settled: Town) -> None:
    """An allowed kind goes as it is, without a word to its sender; the finding stands in the record."""
    plan(settled, {"phone": "allow"})
    assert settled.say("Sam", NUMBER) == []
    assert settled.heard("Alex") == [f"Sam: {NUMBER}"]
    line = settled.line(NUMBER)
    assert (line.state, [found.kind for found in line.findings]) == ("relayed", ["phone"])


def test_only_what_is_to_be_taken_out_is(quick: Town) -> None:
    """Of an allowed and a redacted kind in one message only the redacted one is taken out, and named."""
    plan(quick, {"phone": "allow"})
    assert quick.say("Sam", BOTH) == [quick.words("removed-notice", kinds="an email address")]
    assert quick.heard("Alex") == ["Sam: ring 07700 900456 or write [email removed]"]
    assert quick.line(BOTH).state == "changed"


def test_a_refused_kind_refuses_the_message(settled: Town) -> None:
    """Nothing of it goes; its sender learns which kind, and what to do."""
    plan(settled, {"phone": "refuse"})
    assert settled.say("Sam", BOTH) == [settled.words("details-refused", kinds="a phone number")]
    assert settled.heard("Alex") == []
    assert settled.heard("Morgan") == []
    assert settled.line(BOTH).state == "refused"
    assert settled.say("Sam", "ring the office") == []
    assert settled.heard("Alex") == ["Sam: ring the office"]


@pytest.mark.parametrize(
    ("phone", "email", "state"),
    [
        ("allow", "allow", "relayed"),
        ("allow", "redact", "changed"),
        ("hold", "redact", "held"),
        ("allow", "hold", "held"),
        ("refuse", "hold", "refused"),
        ("allow", "refuse", "refused"),
    ],
)
def test_the_strictest_decides(quick: Town, phone: str, email: str, state: str) -> None:
    """Of several kinds in one message."""
    plan(quick, {"phone": phone, "email": email})
    quick.say("Sam", BOTH)
    assert quick.line(BOTH).state == state


def test_a_held_kind_is_released_as_it_is(settled: Town) -> None:
    """The sender learns that it waits and why; a coordinator looks, lets it pass as it is, and the sender learns it."""
    plan(settled, {"phone": "hold"})
    assert settled.say("Sam", BOTH) == [settled.words("held-details", kinds="a phone number")]
    assert settled.heard("Alex") == []
    assert settled.heard("Morgan") == [settled.words("notice-held", name="Sam")]
    number = held(settled)
    assert settled.press("Morgan", f"hold:{number}:whole") == [settled.words("held-look-first")]
    settled.press("Morgan", f"hold:{number}:look")
    assert settled.outbox("Morgan")[-1].labels == [
        settled.words(key) for key in ("option-release-whole", "option-release-redacted", "option-refuse")
    ]
    settled.heard("Sam")
    settled.press("Morgan", f"hold:{number}:whole")
    assert settled.heard("Alex") == ["Sam: ring 07700 900456 or write [email removed]"]
    assert settled.heard("Sam") == [
        settled.words("removed-notice", kinds="an email address"),
        settled.words("held-released"),
    ]
    line = settled.line(BOTH)
    assert (line.state, line.delivered) == ("changed", "ring 07700 900456 or write [email removed]")
    morgan = f"person:{settled.people['Morgan']}"
    assert acts(settled, number) == [("hold.look", morgan), ("hold.release", morgan)]


def test_a_held_kind_is_released_redacted(settled: Town) -> None:
    """The coordinator takes it out: then the sender learns what went, and what did not."""
    plan(settled, {"phone": "hold"})
    settled.say("Sam", NUMBER)
    number = held(settled)
    settled.press("Morgan", f"hold:{number}:look")
    settled.heard("Sam")
    settled.press("Morgan", f"hold:{number}:release")
    assert settled.heard("Alex") == ["Sam: ring [number removed]"]
    assert settled.heard("Sam") == [
        settled.words("removed-notice", kinds="a phone number"),
        settled.words("held-released"),
    ]
    assert settled.line(NUMBER).delivered == "ring [number removed]"


def test_a_held_kind_is_refused(quick: Town) -> None:
    """Nothing of it goes, and its sender is told."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", NUMBER)
    number = held(quick)
    quick.heard("Sam")
    quick.press("Morgan", f"hold:{number}:refuse")
    assert quick.heard("Sam") == [quick.words("held-refused")]
    assert quick.heard("Alex") == []


def test_the_name_before_held_words_does_not_go_along(quick: Town) -> None:
    """Of "Ellie: ring …" the words go, both ways of letting them go."""
    plan(quick, {"phone": "hold"})
    for choice, went in (("whole", NUMBER), ("release", "ring [number removed]")):
        quick.say("Alex", f"Ellie: {NUMBER}")
        number = held(quick)
        quick.press("Morgan", f"hold:{number}:look")
        quick.press("Morgan", f"hold:{number}:{choice}")
        assert quick.heard("Ellie") == [f"Alex: {went}"]


def test_an_edit_is_held_too_and_changes_what_went(quick: Town) -> None:
    """A number that is put into a message that went is held; let go, it takes the place of the first words."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", "hello", message_ref="m1")
    quick.deliver()
    quick.heard("Alex")
    assert quick.say("Sam", NUMBER, message_ref="m1", edited=True) == [
        quick.words("held-details", kinds="a phone number")
    ]
    number = held(quick)
    quick.press("Morgan", f"hold:{number}:look")
    quick.press("Morgan", f"hold:{number}:whole")
    assert quick.heard("Alex") == [f"Sam: {NUMBER}"]
    first, second = (one for one in quick.outbox("Alex"))
    assert (first.text, second.text) == ("Sam: hello", f"Sam: {NUMBER}")


def test_a_held_message_that_is_changed(quick: Town) -> None:
    """The newest words are what a coordinator decides about, in either way."""
    plan(quick, {"phone": "hold"})
    for choice, went in (("whole", "or 07700 900789"), ("release", "or [number removed]")):
        quick.say("Sam", NUMBER, message_ref=choice)
        number = held(quick)
        quick.clock.move(timedelta(seconds=1))
        quick.say("Sam", "or 07700 900789", message_ref=choice, edited=True)
        quick.clock.move(timedelta(seconds=1))
        quick.press("Morgan", f"hold:{number}:look")
        quick.press("Morgan", f"hold:{number}:{choice}")
        assert quick.heard("Alex") == [f"Sam: {went}"]


def test_a_caption_is_held_though_its_picture_is_allowed(quick: Town) -> None:
    """What a programme makes of pictures doesn't loosen what it makes of words, nor the other way about."""
    media = quick.content.programmes[PROGRAMME].media.model_copy(update={"photo": "allow"})
    plan(quick, {"phone": "hold"}, media=media)
    quick.say("Sam", NUMBER, **PHOTO)
    fetched(quick)
    assert quick.heard("Alex") == []
    number = held(quick)
    quick.press("Morgan", f"hold:{number}:look")
    quick.press("Morgan", f"hold:{number}:whole")
    assert quick.heard("Alex") == [f"Sam: {NUMBER}"]
    quick.say("Sam", "no number", **PHOTO)
    fetched(quick)
    assert quick.heard("Alex") == ["Sam: no number"]


def test_a_caption_is_refused_at_once(quick: Town) -> None:
    """The picture isn't even fetched."""
    plan(quick, {"phone": "refuse"})
    assert quick.say("Sam", NUMBER, **PHOTO) == [quick.words("details-refused", kinds="a phone number")]
    assert quick.line(NUMBER).state == "refused"


def test_words_that_waited_for_whom_they_are_for(quick: Town) -> None:
    """The choice of a mentee is followed by the policy: held, with the number kept for the coordinator's choice."""
    plan(quick, {"phone": "hold"})
    quick.say("Alex", NUMBER)
    sam = next(data for label, data in quick.outbox("Alex")[-1].options if label == "Sam")
    quick.press("Alex", sam)
    number = held(quick)
    quick.press("Morgan", f"hold:{number}:look")
    quick.press("Morgan", f"hold:{number}:whole")
    assert quick.heard("Sam") == [f"Alex: {NUMBER}"]


@pytest.mark.parametrize(("choice", "went"), [("whole", NUMBER), ("release", "ring [number removed]")])
def test_what_was_decided_at_night_stays_decided(quick: Town, choice: str, went: str) -> None:
    """What a coordinator let go in the quiet hours goes in the morning, as it was let go, and isn't held again."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", NUMBER)
    number = held(quick)
    quick.act(lambda ctx: set_quiet_hours(ctx.tx, quick.people["Alex"], "22:00-07:00"))
    quick.clock.move(timedelta(hours=14))
    quick.press("Morgan", f"hold:{number}:look")
    quick.press("Morgan", f"hold:{number}:{choice}")
    quick.clock.move(timedelta(hours=9))
    match_id = quick.line(NUMBER).match_id or 0
    quick.act(lambda ctx: resume(ctx, match_id))
    assert quick.heard("Alex") == [f"Sam: {went}"]


def test_a_stricter_policy_holds_what_waited_for_the_morning(quick: Town) -> None:
    """Nobody has looked at it: the policy as it is in the morning counts."""
    plan(quick, {"phone": "allow"})
    quick.act(lambda ctx: set_quiet_hours(ctx.tx, quick.people["Alex"], "22:00-07:00"))
    quick.clock.move(timedelta(hours=14))
    quick.say("Sam", NUMBER)
    plan(quick, {"phone": "hold"})
    quick.clock.move(timedelta(hours=9))
    match_id = quick.line(NUMBER).match_id or 0
    quick.act(lambda ctx: resume(ctx, match_id))
    assert quick.heard("Alex") == []
    assert quick.line(NUMBER).state == "held"


def test_a_link_behind_a_word_never_goes(quick: Town) -> None:
    """Only plain words are passed on: where links are allowed, the hidden one is lost, and its sender is told."""
    plan(quick, {"url": "allow"})
    assert quick.say("Sam", "look here", hidden=("https://example.org",)) == [
        quick.words("removed-notice", kinds="a web link")
    ]
    plan(quick, {"url": "refuse"})
    assert quick.say("Sam", "look here", hidden=("https://example.org",)) == [
        quick.words("details-refused", kinds="a web link")
    ]


def test_the_office_lets_it_go_whole(quick: Town) -> None:
    """The command line has both ways too, after a look of its own."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", NUMBER)
    number = held(quick)

    def whole(ctx: Context) -> None:
        hold_desk.release(ctx, number, actor="operator", whole=True)

    with pytest.raises(Refused, match="Look at it first"):
        quick.act(whole)
    quick.act(lambda ctx: hold_desk.look(ctx, number, actor="operator"))
    quick.act(whole)
    assert quick.heard("Alex") == [f"Sam: {NUMBER}"]


@pytest.mark.parametrize("hold_on", ["immediate", "suicide"])
def test_grave_words_are_held_where_a_programme_says_so(quick: Town, hold_on: str) -> None:
    """The alert and the numbers go out all the same; the words wait for a look, and go once."""
    plan(quick, hold_on=frozenset({hold_on}))
    said = quick.say("Sam", "i want to die")
    assert quick.words("held-notice") in said
    assert quick.words("crisis", "Sam") in said
    assert len(quick.cases()) == 1
    number = held(quick)
    quick.press("Morgan", f"hold:{number}:look")
    assert quick.words("option-release") in quick.outbox("Morgan")[-1].labels
    quick.press("Morgan", f"hold:{number}:release")
    assert quick.heard("Alex") == ["Sam: i want to die"]


def test_other_words_are_not_held(quick: Town) -> None:
    """A concern where only what is immediate is held goes at once, and so does everything by default."""
    plan(quick, hold_on=frozenset({"immediate"}))
    quick.say("Sam", "been drinking again")
    plan(quick, hold_on=frozenset())
    quick.say("Sam", "i want to die")
    assert quick.heard("Alex") == ["Sam: been drinking again", "Sam: i want to die"]


def test_a_grave_caption_is_held_though_its_picture_is_allowed(quick: Town) -> None:
    """Words under a picture are words."""
    media = quick.content.programmes[PROGRAMME].media.model_copy(update={"photo": "allow"})
    plan(quick, hold_on=frozenset({"immediate"}), media=media)
    quick.say("Sam", "i want to die", **PHOTO)
    fetched(quick)
    assert quick.heard("Alex") == []


def test_in_a_break_nothing_is_held(quick: Town) -> None:
    """A paused match passes nothing on, so that there is nothing to decide."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", "PAUSE")
    assert quick.say("Sam", NUMBER) == [quick.words("match-is-paused")]
    assert quick.line(NUMBER).state == "refused"


def test_how_soon_the_numbers_come_again_is_the_programmes(quick: Town) -> None:
    """With ten minutes they come again after ten, and not before."""
    plan(quick, crisis_again_minutes=10)
    crisis = quick.words("crisis", "Sam")
    heard = []
    for _ in range(3):
        heard.append(crisis in quick.say("Sam", "i want to die"))
        quick.clock.move(timedelta(minutes=5))
    assert heard == [True, False, True]
