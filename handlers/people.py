"""People as a coordinator adds them: their place in a programme, their number, their invitation."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from content.cleaning import clean
from content.contact_details import find_contact_details
from handlers import matching
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import Channel
from handlers.joining import consent_options, consent_wording, open_consent_question
from handlers.speaking import speak, tell
from storage.addresses import (
    Address,
    AddressState,
    add_address,
    find_address_on,
    find_sender,
    give_address,
    set_address_state,
)
from storage.audit import write_audit
from storage.invitations import add_invitation
from storage.messages.kinds import Kind
from storage.people import (
    NewPerson,
    ParentalConsent,
    Person,
    PersonState,
    Role,
    add_person,
    find_person,
    get_person,
    list_people,
    record_parental_consent,
)

# A name stands before every message: longer ones would push the words off a small screen.
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it was made."""

    person: Person
    channel: Channel
    # For Telegram, to be handed over by the coordinator; None for SMS, where a text is on its way.
    code: str | None
    expires_at: datetime


def enrol(ctx: Context, new: NewPerson, *, number: str | None, actor: str) -> Person:
    """Add a person; `number` is a phone number in E.164 for SMS, None for Telegram or no phone.

    Raises `Refused` for an unknown programme, a name that can't be shown to the other side, or a number in use.
    """
    if new.programme not in ctx.content.programmes:
        known = ", ".join(sorted(ctx.content.programmes))
        raise Refused(f"There is no programme {new.programme!r}. The programmes are: {known}.")
    if new.language not in ctx.content.texts.languages():
        known = ", ".join(sorted(ctx.content.texts.languages()))
        raise Refused(f"There are no texts in {new.language!r}. The languages are: {known}.")
    name = " ".join(new.name.split())
    if not name or len(name) > _LONGEST_NAME or ":" in name or clean(name) != name:
        raise Refused(f"A name has 1 to {_LONGEST_NAME} ordinary characters and no colon: the other side sees it.")
    if find_contact_details(name, ctx.content.contact_rules):
        raise Refused("That name looks like contact details, and the other side would see it. Use a first name.")
    _check_staff(ctx, new, name)
    if new.role is Role.MENTEE and new.age_band is None:
        raise Refused("A mentee needs an age band, since the young ones need a parent's or carer's yes.")
    if new.age_band is not None and new.age_band.needs_parental_consent:
        wanted = new.parental_consent is ParentalConsent.RECORDED
        new = replace(new, parental_consent=ParentalConsent.RECORDED if wanted else ParentalConsent.NEEDED)
    if number is not None and in_use(ctx, number):
        raise Refused("That number belongs to somebody in the service already. See: telementor person list")
    person = add_person(ctx.tx, replace(new, name=name), ctx.now)
    write_audit(ctx.tx, actor, "person.add", f"person:{person.id}", ctx.now, role=person.role.value)
    if number is not None:
        give_number(ctx, person, number)
    if person.parental_consent is ParentalConsent.RECORDED:
        consent_from_parent(ctx, person.id, actor=actor)
    return person


def _check_staff(ctx: Context, new: NewPerson, name: str) -> None:
    """Who complains of a coordinator says their name: two of the same one would both hear of it. Raises `Refused`."""
    if new.role is not Role.COORDINATOR:
        return
    staff = list_people(ctx.tx, programme=new.programme, role=Role.COORDINATOR)
    if name.casefold() in {one.name.casefold() for one in staff}:
        raise Refused(f"{new.programme} has a coordinator called {name} already: use another name, as in {name} B.")


def in_use(ctx: Context, number: str) -> bool:
    """Whether somebody has a number, alone or with others; one that was given up is free."""
    sender = find_sender(ctx.tx, Channel.SMS, number)
    return sender is not None and (sender.person is not None or bool(sender.sharers))


def give_number(ctx: Context, person: Person, number: str) -> None:
    """Make a number somebody's own that nobody has."""
    stranger = find_sender(ctx.tx, Channel.SMS, number)
    if stranger is None:
        add_address(ctx.tx, Channel.SMS, number, ctx.now, person=person)
    else:
        give_address(ctx.tx, stranger.address.id, number, person)


def invite(ctx: Context, person_id: int, *, actor: str) -> Invited:
    """Invite somebody: a text to their number, or a code for Telegram. Earlier invitations of theirs are void.

    Raises `Refused` when there is nobody of this number, or they have joined.
    """
    person = require_person(ctx, person_id)
    if person.state is PersonState.JOINED:
        raise Refused(f"Person {person_id} has joined already. To another phone: telementor person move {person_id}")
    if person.state is PersonState.STOPPED:
        raise Refused(f"Person {person_id} said STOP. They can come back by sending START; don't write to them.")
    programme = ctx.programme(person)
    expires_at = ctx.now + timedelta(days=programme.invitation_days)
    address = find_address_on(ctx.tx, person.id, Channel.SMS)
    channel = Channel.TELEGRAM if address is None else Channel.SMS
    code = add_invitation(ctx.tx, person.id, channel, ctx.now, expires_at)
    write_audit(ctx.tx, actor, "invite", f"person:{person.id}", ctx.now, channel=channel.value)
    if address is None:
        return Invited(person, channel, code, expires_at)
    _text_invitation(ctx, person, address)
    return Invited(person, channel, None, expires_at)


def _text_invitation(ctx: Context, person: Person, address: Address) -> None:
    """The invitation by SMS says everything that joining by Telegram shows, and asks for YES."""
    programme = ctx.programme(person)
    if address.state is not AddressState.ACTIVE:
        set_address_state(ctx.tx, address.id, AddressState.ACTIVE, now=ctx.now)
    open_consent_question(person, consent_options(person, ctx), ctx)
    words = ctx.text("invitation-sms", person, service=programme.name, consent=consent_wording(person, ctx))
    speak(ctx, person, words, kind=Kind.QUESTION, address=address)


def consent_from_parent(ctx: Context, person_id: int, *, actor: str) -> Person:
    """Record that a parent or carer agreed; what waited for it goes on. Raises `Refused`."""
    person = require_person(ctx, person_id)
    record_parental_consent(ctx.tx, person.id, ctx.programme(person).consent_version, ctx.now)
    write_audit(ctx.tx, actor, "consent.parental", f"person:{person.id}", ctx.now)
    if person.waits_for_parent and person.state is PersonState.JOINED:
        tell(ctx, person, "parent-done")
    person = get_person(ctx.tx, person.id)
    matching.advance_all(person, ctx)
    return person


def require_person(ctx: Context, person_id: int) -> Person:
    """Somebody by number. Raises `Refused` when there is nobody of that number."""
    person = find_person(ctx.tx, person_id)
    if person is None:
        raise Refused(f"There is nobody with the number {person_id}. See: telementor person list")
    return person
