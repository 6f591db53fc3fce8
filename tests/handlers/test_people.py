"""People as a coordinator adds and invites them."""

from datetime import timedelta

import pytest

from handlers.errors import Refused
from handlers.people import consent_from_parent, enrol, invite
from storage.addresses import AddressState, addresses_of, set_address_state
from storage.audit import read_audit
from storage.people import AgeBand, NewPerson, ParentalConsent, Role, list_consents, list_people
from tests.handlers.town import OTHER, SMS, TELEGRAM, Town

_SAM = {
    "programme": "mentoring",
    "role": Role.MENTEE,
    "name": "Sam",
    "language": "en-GB",
    "age_band": AgeBand.SEVENTEEN,
}


def _enrol(town: Town, *, number: str | None = None, **changes: object) -> None:
    new = NewPerson(**{**_SAM, **changes})  # type: ignore[arg-type]  # fields of NewPerson
    town.act(lambda ctx: enrol(ctx, new, number=number, actor="test"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"programme": "none"}, "no programme 'none'. The programmes are: mentoring, other"),
        ({"language": "xx"}, "no texts in 'xx'. The languages are: en-GB"),
        ({"name": ""}, "1 to 30"),
        ({"name": " \n "}, "1 to 30"),
        ({"name": "x" * 31}, "1 to 30"),
        ({"name": "Sam: hi"}, "no colon"),
        ({"name": "Sam\u202emas"}, "ordinary characters"),
        ({"name": "S\x00m"}, "ordinary characters"),
        ({"name": "07700 900456"}, "contact details"),
        ({"name": "me@example.org"}, "contact details"),
        ({"age_band": None}, "age band"),
        ({"number": "+447700900001"}, "belongs to somebody"),
    ],
)
def test_what_is_refused(quick_town: Town, changes: dict[str, object], reason: str) -> None:
    """Each thing that is wrong has its sentence, and nobody is added."""
    quick_town.enrol("Ellie", Role.MENTEE, SMS)
    assert quick_town.addresses["Ellie"][1] == "+447700900001"
    with pytest.raises(Refused, match=reason):
        _enrol(quick_town, **changes)  # type: ignore[arg-type]  # fields of NewPerson and the number
    assert len(quick_town.act(lambda ctx: list_people(ctx.tx))) == 1


def test_coordinators_are_told_apart_by_name(quick: Town) -> None:
    """A complaint names a coordinator, who then hears nothing of it: one of each name in a programme."""
    person = {"role": Role.COORDINATOR, "age_band": None}
    with pytest.raises(Refused, match="has a coordinator called morgan already"):
        _enrol(quick, name="morgan", **person)
    _enrol(quick, name="Morgan", programme=OTHER, **person)
    _enrol(quick, name="Sam", **person)
    _enrol(quick, name="Sam", role=Role.MENTOR, age_band=None)


@pytest.mark.parametrize("name", ["Sam", "Mary Ann", "Zoë", "Seán", "O'Neill", "Ахмед", "x" * 30])
def test_names_that_are_fine(quick_town: Town, name: str) -> None:
    """Names of all kinds are kept as they are, blanks tidied."""
    _enrol(quick_town, name=f"  {name.replace(' ', '  ')} ")
    assert [person.name for person in quick_town.act(lambda ctx: list_people(ctx.tx))] == [name]


@pytest.mark.parametrize(
    ("age", "given", "kept"),
    [
        (AgeBand.UNDER_13, ParentalConsent.NOT_NEEDED, ParentalConsent.NEEDED),
        (AgeBand.FROM_13_TO_16, ParentalConsent.NEEDED, ParentalConsent.NEEDED),
        (AgeBand.FROM_13_TO_16, ParentalConsent.RECORDED, ParentalConsent.RECORDED),
        (AgeBand.SEVENTEEN, ParentalConsent.NOT_NEEDED, ParentalConsent.NOT_NEEDED),
        (AgeBand.SEVENTEEN, ParentalConsent.NEEDED, ParentalConsent.NEEDED),
        (AgeBand.FROM_25, ParentalConsent.NOT_NEEDED, ParentalConsent.NOT_NEEDED),
    ],
)
def test_parental_consent(quick_town: Town, age: AgeBand, given: ParentalConsent, kept: ParentalConsent) -> None:
    """Of somebody of 16 or under it can't be said that none is needed; a recorded one is kept as a consent."""
    _enrol(quick_town, age_band=age, parental_consent=given)
    (person,) = quick_town.act(lambda ctx: list_people(ctx.tx))
    assert person.parental_consent is kept
    consents = quick_town.act(lambda ctx: list_consents(ctx.tx, person.id))
    assert [consent.kind for consent in consents] == ["parental"] * (kept is ParentalConsent.RECORDED)


def test_a_strangers_number(town: Town) -> None:
    """The number of somebody who wrote as a stranger becomes theirs when they are added."""
    town.stranger("Ellie", SMS)
    town.say("Ellie", "hello")
    _enrol(town, name="Ellie", number=town.addresses["Ellie"][1])
    (person,) = town.act(lambda ctx: list_people(ctx.tx))
    town.act(lambda ctx: invite(ctx, person.id, actor="test"))
    assert "Ellie" in town.say("Ellie", "yes")[0]


def test_an_invitation_again(town: Town) -> None:
    """A new invitation voids the earlier one, lasts as long as the programme says, and is in the audit trail."""
    town.enrol("Sam", Role.MENTEE)
    sam = town.people["Sam"]
    codes = [town.act(lambda ctx: invite(ctx, sam, actor="test")) for _ in range(2)]
    assert codes[1].expires_at - town.clock() == timedelta(days=7)
    assert codes[0].channel is TELEGRAM
    assert town.say("Sam", f"/start {codes[0].code}") == [town.words("invitation-bad")]
    assert town.say("Sam", f"/start {codes[1].code}") != [town.words("invitation-bad")]
    trail = town.act(lambda ctx: read_audit(ctx.tx, subject=f"person:{sam}"))
    assert [entry.act for entry in trail] == ["person.add", "invite", "invite", "invitation.use"]
    assert all(str(code.code) not in str(entry) for code in codes for entry in trail)


def test_an_invitation_to_a_number_that_was_lost(town: Town) -> None:
    """Inviting somebody by SMS again means that their number is to be tried again."""
    town.enrol("Ellie", Role.MENTEE, SMS)
    ellie = town.people["Ellie"]
    (address,) = town.act(lambda ctx: addresses_of(ctx.tx, ellie))
    town.act(lambda ctx: set_address_state(ctx.tx, address.id, AddressState.UNREACHABLE))
    town.act(lambda ctx: invite(ctx, ellie, actor="test"))
    (address,) = town.act(lambda ctx: addresses_of(ctx.tx, ellie))
    assert address.state is AddressState.ACTIVE


def test_who_is_not_invited(settled: Town) -> None:
    """Who has joined or stopped isn't invited, nor is nobody; who declined may be."""
    settled.say("Kim", "STOP")
    for number, reason in ((settled.people["Sam"], "joined already"), (settled.people["Kim"], "START"), (99, "nobody")):
        with pytest.raises(Refused, match=reason):
            settled.act(lambda ctx, number=number: invite(ctx, number, actor="test"))  # type: ignore[misc]  # a default
    settled.enrol("Ellen", Role.MENTEE, SMS)
    settled.act(lambda ctx: invite(ctx, settled.people["Ellen"], actor="test"))
    settled.say("Ellen", "no")
    settled.act(lambda ctx: invite(ctx, settled.people["Ellen"], actor="test"))
    assert settled.say("Ellen", "yes")[0] == settled.words("consent-thanks", name="Ellen")


def test_consent_of_a_parent(town: Town) -> None:
    """A recorded consent is kept with the version of the wording and stands in the audit trail."""
    town.enrol("Sam", Role.MENTEE, age_band=AgeBand.UNDER_13)
    person = town.act(lambda ctx: consent_from_parent(ctx, town.people["Sam"], actor="test"))
    assert not person.waits_for_parent
    (consent,) = town.act(lambda ctx: list_consents(ctx.tx, person.id))
    assert (consent.kind, consent.version) == ("parental", town.content.programmes["mentoring"].consent_version)
    trail = town.act(lambda ctx: read_audit(ctx.tx, subject=f"person:{person.id}"))
    assert trail[-1].act == "consent.parental"
