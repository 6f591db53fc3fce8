"""Joining: invitations, what is shown and asked, what is kept of the answer."""

from datetime import timedelta

import pytest

from handlers.errors import Refused
from handlers.events import OptOut
from handlers.people import consent_from_parent, invite
from storage.invitations import find_invitation_of
from storage.people import AgeBand, ParentalConsent, PersonState, Role, list_consents
from tests.handlers.town import SMS, Town


def _code(town: Town, name: str) -> str:
    code = town.act(lambda ctx: invite(ctx, town.people[name], actor="test")).code
    assert code is not None
    return code


def test_a_chat_joins_by_its_code(town: Town) -> None:
    """The code makes a chat somebody's own; the consent is shown with buttons and kept with its version."""
    town.join("Morgan", Role.COORDINATOR)
    town.enrol("Sam", Role.MENTEE)
    (shown,) = town.say("Sam", f"/start {_code(town, 'Sam')}")
    programme = town.content.programmes["mentoring"]
    assert programme.name in shown
    assert programme.complaint_contact in shown
    assert "STOP" in shown
    assert town.outbox("Sam")[-1].labels == ["Yes", "No"]
    assert town.person("Sam").state is PersonState.ADDED
    assert town.press("Sam", "join:0:yes") == [
        town.words("consent-thanks", "Sam", name="Sam"),
        town.words("joined-no-match", "Sam"),
    ]
    assert town.person("Sam").state is PersonState.JOINED
    assert town.heard("Morgan") == [town.words("notice-joined", name="Sam")]
    (consent,) = town.act(lambda ctx: list_consents(ctx.tx, town.people["Sam"]))
    assert (consent.kind, consent.version, consent.agreed) == ("service", programme.consent_version, True)


def test_a_number_joins_with_yes(town: Town) -> None:
    """By SMS the invitation shows the whole consent and asks for YES; the number stands for the code."""
    town.enrol("Ellie", Role.MENTEE, SMS)
    invited = town.act(lambda ctx: invite(ctx, town.people["Ellie"], actor="test"))
    assert invited.code is None
    (asked,) = town.heard("Ellie")
    assert town.content.programmes["mentoring"].complaint_contact in asked
    assert town.outbox("Ellie")[-1].options == ()
    assert town.say("Ellie", "Yes!")[0] == town.words("consent-thanks", "Ellie", name="Ellie")
    assert town.person("Ellie").state is PersonState.JOINED
    assert town.act(lambda ctx: find_invitation_of(ctx.tx, town.people["Ellie"], ctx.now)) is None


@pytest.mark.parametrize("wrong", ["unknown", "used", "void", "expired", "by SMS"])
def test_a_code_that_does_not_open(quick_town: Town, wrong: str) -> None:
    """Whatever is wrong with a code, the answer is the same sentence, and nobody joins."""
    quick_town.enrol("Sam", Role.MENTEE)
    code = _code(quick_town, "Sam")
    quick_town.stranger("Chat")
    match wrong:
        case "unknown":
            code = "abcdefghij0123456789"
        case "used":
            quick_town.say("Sam", f"/start {code}")
        case "void":
            _code(quick_town, "Sam")
        case "expired":
            quick_town.clock.move(timedelta(days=7))
        case _:
            quick_town.stranger("Chat", SMS)
    before = quick_town.person("Sam").state
    assert quick_town.say("Chat", f"/start {code}") == [quick_town.words("invitation-bad")]
    assert quick_town.person("Sam").state is before


def test_a_second_chat_of_one_person(town: Town) -> None:
    """Somebody who has a chat can't be taken over from another one, not even with a good code."""
    town.enrol("Sam", Role.MENTEE)
    town.say("Sam", f"/start {_code(town, 'Sam')}")
    code = _code(town, "Sam")
    town.stranger("Thief")
    assert town.say("Thief", f"/start {code}") == [town.words("invitation-bad")]
    assert "Yes" in town.outbox("Sam")[-1].labels
    # The chat itself may use it: the question is asked again.
    assert len(town.say("Sam", f"/start {code}")) == 1


def test_the_code_of_another_in_a_chat_that_is_somebodys(town: Town) -> None:
    """A chat can't become a second person's; the code stays good for whom it is."""
    town.enrol("Sam", Role.MENTEE)
    town.enrol("Kim", Role.MENTEE)
    code = _code(town, "Sam")
    town.say("Kim", f"/start {_code(town, 'Kim')}")
    assert town.say("Kim", f"/start {code}") == [town.words("invitation-bad")]
    assert len(town.say("Sam", f"/start {code}")) == 1
    assert town.outbox("Sam")[-1].labels == ["Yes", "No"]


def test_the_deep_link_of_a_stranger_who_wrote_before(town: Town) -> None:
    """A chat that was a stranger's becomes the person's; its earlier words stay where they were."""
    town.enrol("Sam", Role.MENTEE)
    assert town.say("Sam", "hello?") == [town.words("stranger")]
    assert len(town.say("Sam", f"/start@bridge_bot {_code(town, 'Sam')} ")) == 1
    assert town.line("hello?").side == "stranger"


def test_somebody_who_has_not_answered_is_asked_again(town: Town) -> None:
    """Words before the yes are kept and passed to nobody, and the question is asked again; START is such a word."""
    town.join("Morgan", Role.COORDINATOR)
    town.enrol("Sam", Role.MENTEE)
    town.say("Sam", f"/start {_code(town, 'Sam')}")
    for words in ("what is this", "/start", "START", "/help"):
        again, asked = town.say("Sam", words)
        assert again == town.words("consent-again", "Sam")
        assert asked.endswith(town.words("consent-question", "Sam"))
    assert (town.line("what is this").kind, town.line("what is this").state) == ("other", "kept")
    assert town.heard("Morgan") == []


def test_no_is_an_answer(town: Town) -> None:
    """Who says no is left alone, the coordinators learn it; a later yes counts, and the second answer is kept too."""
    town.join("Morgan", Role.COORDINATOR)
    town.enrol("Sam", Role.MENTEE)
    town.say("Sam", f"/start {_code(town, 'Sam')}")
    assert town.say("Sam", "2)") == [town.words("consent-declined", "Sam")]
    assert town.person("Sam").state is PersonState.DECLINED
    assert town.heard("Morgan") == [town.words("notice-declined", name="Sam")]
    # A second press of the old button does nothing: the first answer stands.
    assert town.press("Sam", "join:0:yes") == []
    assert town.person("Sam").state is PersonState.DECLINED
    town.say("Sam", "hm, who are you")
    town.say("Sam", "1")
    assert town.person("Sam").state is PersonState.JOINED
    kept = town.act(lambda ctx: list_consents(ctx.tx, town.people["Sam"]))
    assert [consent.agreed for consent in kept] == [False, True]


def test_a_yes_after_the_invitation_ran_out(town: Town) -> None:
    """By SMS a yes counts only as long as the invitation does."""
    town.enrol("Ellie", Role.MENTEE, SMS)
    town.act(lambda ctx: invite(ctx, town.people["Ellie"], actor="test"))
    town.clock.move(timedelta(days=7))
    assert town.say("Ellie", "YES") == [town.words("invitation-bad", "Ellie")]
    assert town.person("Ellie").state is PersonState.ADDED


def test_a_yes_that_the_provider_takes_for_start(town: Town) -> None:
    """Twilio may call YES an opt-in: of somebody who never stopped it is the answer that it says."""
    town.enrol("Ellie", Role.MENTEE, SMS)
    town.act(lambda ctx: invite(ctx, town.people["Ellie"], actor="test"))
    town.say("Ellie", "YES", opt_out=OptOut.STARTED)
    assert town.person("Ellie").state is PersonState.JOINED


def test_a_code_after_joining_or_stopping(settled: Town) -> None:
    """Who has joined is told so; who has stopped is told how to come back."""
    assert settled.say("Sam", "/start whatever") == [settled.words("invitation-already", "Sam")]
    settled.say("Sam", "STOP")
    assert settled.say("Sam", "/start whatever") == [settled.words("stopped-still", "Sam")]


@pytest.mark.parametrize(
    ("age", "waits"), [(AgeBand.UNDER_13, True), (AgeBand.FROM_13_TO_16, True), (AgeBand.SEVENTEEN, False)]
)
def test_parental_consent_by_age(quick_town: Town, age: AgeBand, *, waits: bool) -> None:
    """A mentee of 16 or under is connected with nobody before a parent's yes is recorded; one of 17 at once."""
    quick_town.join("Alex", Role.MENTOR)
    quick_town.enrol("Sam", Role.MENTEE, age_band=age)
    match_id = quick_town.propose("Alex", "Sam")
    said = quick_town.say("Sam", f"/start {_code(quick_town, 'Sam')}") + quick_town.press("Sam", "join:0:yes")
    assert (quick_town.words("consent-waiting-parent", "Sam") in said) is waits
    quick_town.press("Alex", f"match:{match_id}:yes")
    asked = quick_town.words("match-ask-mentee", "Sam", name="Alex")
    assert (asked in quick_town.heard("Sam")) is not waits
    if waits:
        quick_town.act(lambda ctx: consent_from_parent(ctx, quick_town.people["Sam"], actor="test"))
        assert quick_town.heard("Sam") == [quick_town.words("parent-done", "Sam"), asked]
        assert quick_town.person("Sam").parental_consent is ParentalConsent.RECORDED


def test_a_parent_of_nobody(town: Town) -> None:
    """A consent for a number that nobody has is refused with a sentence."""
    with pytest.raises(Refused, match="nobody with the number 99"):
        town.act(lambda ctx: consent_from_parent(ctx, 99, actor="test"))


def test_a_coordinator_who_joins_is_not_looking_for_a_match(town: Town) -> None:
    """A coordinator is thanked and told nothing of matches."""
    town.enrol("Morgan", Role.COORDINATOR)
    town.say("Morgan", f"/start {_code(town, 'Morgan')}")
    assert town.press("Morgan", "join:0:yes") == [town.words("consent-thanks", "Morgan", name="Morgan")]
