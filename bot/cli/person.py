"""`telementor person`: the people of the service."""

from datetime import date
from typing import Annotated, Literal

import typer
from rich.table import Table

from bot.cli.apps import new_app
from bot.cli.invitations import handed_over
from bot.cli.numbers import masked, to_e164
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, cell
from bot.cli.people_shown import addresses_document, person_document, reached_by
from bot.cli.values import Id, read_day, read_id
from bot.cli.zones import local, zone_of
from handlers.absence import change_away, change_quiet, show_day
from handlers.context import Context
from handlers.events import Channel
from handlers.moving import begin as begin_moving
from handlers.people import consent_from_parent, enrol, require_person
from handlers.preferring import prefer as prefer_channel
from handlers.records import PersonRecord, read_person
from handlers.rota_desk import make_lead
from handlers.sharing import share as share_telephone
from handlers.sharing import share_number
from storage.addresses import addresses_of
from storage.matches import Match
from storage.people import AgeBand, NewPerson, ParentalConsent, Person, PersonState, Role, list_people

app = new_app("Add and show people, change where they are reached, record a parent's consent.")

_Sms = Annotated[str | None, typer.Option(metavar="NUMBER", help="By SMS, at this number.")]
_Telegram = Annotated[bool, typer.Option("--telegram", help="By Telegram: prints a link for you to hand over.")]


@app.command()
def add(
    role: Annotated[Role, typer.Option(help="What they are in the programme.")],
    name: Annotated[str, typer.Option(help="The name that the other side sees: a first name or an agreed one.")],
    programme: Annotated[str, typer.Option(help="The programme that they belong to.")] = "mentoring",
    sms: Annotated[str | None, typer.Option(metavar="NUMBER", help="Reach them by SMS, at this number.")] = None,
    shares: Annotated[
        bool, typer.Option("--shares", help="The number is somebody's already: both use this telephone.")
    ] = False,
    no_phone: Annotated[
        bool, typer.Option("--no-phone", help="They have no phone, as in custody: letters, calls and visits only.")
    ] = False,
    age_band: Annotated[AgeBand | None, typer.Option(help="How old they are; a mentee needs it.")] = None,
    language: Annotated[str, typer.Option(help="What they are written to in: en-GB, or en-GB-easy to read.")] = "en-GB",
    parental_consent: Annotated[
        Literal["recorded", "needed"] | None, typer.Option(help="Whether a parent or carer has agreed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add somebody. They are reached by Telegram, unless --sms or --no-phone says otherwise."""
    if sms is not None and no_phone:
        raise typer.BadParameter("somebody without a phone has no number.", param_hint="--no-phone")
    if shares and sms is None:
        raise typer.BadParameter("say which number they share: --sms NUMBER", param_hint="--shares")
    number = None if sms is None else to_e164(sms)
    consent = ParentalConsent.NOT_NEEDED if parental_consent is None else ParentalConsent(parental_consent)
    new = NewPerson(
        programme=programme, role=role, name=name, language=language, age_band=age_band, parental_consent=consent
    )

    def work(ctx: Context) -> Person:
        if number is None or not shares:
            return enrol(ctx, new, number=number, actor=OPERATOR)
        person = enrol(ctx, new, number=None, actor=OPERATOR)
        share_number(ctx, person, number, actor=OPERATOR)
        return person

    with opened() as core:
        person = core.act(work)
    following = _what_follows(person, no_phone=no_phone)
    document = {
        "person": person_document(person),
        "number": None if number is None else masked(number),
        "next": following,
    }
    at = "" if number is None else f", texted at {masked(number)}"
    said = [f"{person.name} is person {person.id}, a {person.role} of {person.programme}{at}."]
    answer(as_json, document, *said, *(f"Next: {line}" for line in following))


def _what_follows(person: Person, *, no_phone: bool) -> list[str]:
    """The commands that come next."""
    following = []
    if person.waits_for_parent:
        following.append(f"telementor person consent {person.id} (when a parent or carer has agreed)")
    if not no_phone:
        following.append(f"telementor invite {person.id}")
    elif person.role is Role.MENTEE:
        following.append(f"telementor match add --mentor ID --mentee {person.id} --mentee-agreed")
    return following


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Show everybody, with how far they have come and where they are reached."""
    with opened() as core:
        found = core.act(lambda ctx: [(person, addresses_of(ctx.tx, person.id)) for person in list_people(ctx.tx)])
    documents = [person_document(person) | {"addresses": addresses_document(where)} for person, where in found]
    table = Table("id", "name", "role", "programme", "state", "reached by", "parent's consent")
    for person, where in found:
        consent = person.parental_consent.replace("_", " ")
        row = (person.id, person.name, person.role, person.programme, person.state, reached_by(where), consent)
        table.add_row(*map(cell, row))
    nobody = "Nobody is there yet. The first one is a coordinator: telementor init --name NAME"
    answer(as_json, {"people": documents}, table if found else nobody)


@app.command()
def show(person_id: Id, as_json: AsJson = False) -> None:
    """Show one person: state, addresses without their numbers, consents, matches. The audit trail notes it."""
    with opened() as core:
        record = core.act(lambda ctx: read_person(ctx, person_id, actor=OPERATOR))
        zone = zone_of(core.content, record.person.programme)
    until = None if record.invited_until is None else local(record.invited_until, zone)
    document = person_document(record.person) | {
        "addresses": addresses_document(record.addresses),
        "consents": [
            {
                "kind": consent.kind,
                "wording": consent.version,
                "agreed": consent.agreed,
                "at": local(consent.at, zone).isoformat(),
            }
            for consent in record.consents
        ],
        "matches": [_match_document(record, match) for match in record.matches],
        "invited_until": None if until is None else until.isoformat(),
    }
    table = Table(show_header=False, box=None)
    for label, value in _facts(record):
        table.add_row(cell(label), cell(value))
    for consent in record.consents:
        answered = "agreed" if consent.agreed else "did not agree"
        when = f"{local(consent.at, zone):%-d %B %Y, %H:%M}"
        table.add_row(cell(f"{consent.kind} consent"), cell(f"{answered} to wording {consent.version}, {when}"))
    for match in record.matches:
        other = record.partners[match.other(record.person.id)]
        table.add_row(cell(f"match {match.id}"), cell(f"{match.state}, with {other.name} (person {other.id})"))
    if until is not None:
        table.add_row(cell("invited"), cell(f"until {until:%-d %B %Y, %H:%M}"))
    answer(as_json, document, table)


def _match_document(record: PersonRecord, match: Match) -> Document:
    other = record.partners[match.other(record.person.id)]
    return {"id": match.id, "state": match.state.value, "with": {"id": other.id, "name": other.name}}


def _facts(record: PersonRecord) -> list[tuple[str, object]]:
    person = record.person
    return [
        ("id", person.id),
        ("name", person.name),
        ("role", person.role),
        ("programme", person.programme),
        ("state", person.state),
        ("age", person.age_band or "not said"),
        ("language", person.language),
        ("parent's consent", person.parental_consent.replace("_", " ")),
        ("reached by", reached_by(record.addresses) or "nothing yet"),
        ("quiet hours", person.quiet_hours or "none"),
        ("away until", show_day(person.away_until) if person.away_until else "not away"),
        ("rather by", record.person.preferred_channel or "no preference"),
    ]


@app.command()
def move(
    person_id: Id,
    sms: _Sms = None,
    telegram: _Telegram = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="The old phone is gone: close it now, not when the new one has joined.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move somebody to another phone or channel. What they have is closed when the new one has joined.

    A new number takes the place of the old number, a new chat of the old chat; another channel of whatever there was.
    """
    _begin(person_id, sms, telegram=telegram, keep=False, lost=lost, as_json=as_json)


@app.command()
def channel(person_id: Id, sms: _Sms = None, telegram: _Telegram = False, as_json: AsJson = False) -> None:
    """Give somebody a second way to be reached, or their first phone. What they have stays."""
    _begin(person_id, sms, telegram=telegram, keep=True, lost=False, as_json=as_json)


def _begin(person_id: int, sms: str | None, *, telegram: bool, keep: bool, lost: bool, as_json: bool) -> None:
    if (sms is None) is not telegram:
        raise typer.BadParameter("say either a number or Telegram.", param_hint="--sms / --telegram")
    number = None if sms is None else to_e164(sms)
    with opened() as core:
        moving = core.act(lambda ctx: begin_moving(ctx, person_id, number, keep=keep, lost=lost, actor=OPERATOR))
        document, said = handed_over(core, moving)
    answer(as_json, document, *said)


@app.command()
def share(
    person_id: Id,
    other: Annotated[int, typer.Option("--with", metavar="ID", parser=read_id, help="Whose telephone it is.")],
    as_json: AsJson = False,
) -> None:
    """Let somebody use the telephone of another person. Who writes on it is asked each time, never guessed."""
    with opened() as core:
        person = core.act(lambda ctx: share_telephone(ctx, person_id, other, actor=OPERATOR))
    following = [] if person.state is PersonState.JOINED else [f"telementor invite {person.id}"]
    said = f"{person.name} uses the telephone of person {other} too. What goes there begins with a name."
    document = {"person": person_document(person), "with": other, "next": following}
    answer(as_json, document, said, *(f"Next: {line}" for line in following))


@app.command()
def prefer(
    person_id: Id,
    channel: Annotated[Channel, typer.Argument(help="Where they would rather be reached.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say by which of their channels somebody would rather be reached; the other one helps out when it fails."""
    with opened() as core:
        person = core.act(lambda ctx: prefer_channel(ctx, require_person(ctx, person_id), channel, actor=OPERATOR))
    answer(as_json, {"person": person_document(person)}, f"{person.name} is reached by {channel} first.")


@app.command()
def consent(person_id: Id, as_json: AsJson = False) -> None:
    """Record that a parent or carer has agreed. What waited for it goes on at once."""
    with opened() as core:
        person = core.act(lambda ctx: consent_from_parent(ctx, person_id, actor=OPERATOR))
    answer(
        as_json, {"person": person_document(person)}, f"It is recorded that a parent or carer of {person.name} agreed."
    )


@app.command()
def quiet(
    person_id: Id,
    hours: Annotated[str, typer.Argument(help='Like "22:00-07:00", or off.', show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Set the quiet hours of a mentor or mentee: messages for them wait in these hours of each day."""
    with opened() as core:
        person = core.act(lambda ctx: change_quiet(ctx, person_id, hours, actor=OPERATOR))
    said = f"Messages for {person.name} wait between {person.quiet_hours}."
    if person.quiet_hours is None:
        said = f"{person.name} has no quiet hours now."
    answer(as_json, {"person": person_document(person)}, said)


@app.command()
def away(
    person_id: Id,
    until: Annotated[
        date | None, typer.Option(metavar="YYYY-MM-DD", parser=read_day, help="The day on which they are back.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="They are back already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Note that a mentor or mentee is away: messages for them wait until they are back."""
    if (until is None) is not back:
        raise typer.BadParameter("say either until which day, or --back.", param_hint="--until")
    with opened() as core:
        person = core.act(lambda ctx: change_away(ctx, person_id, until, actor=OPERATOR))
    said = f"{person.name} is back."
    if person.away_until is not None:
        said = f"{person.name} is away until {show_day(person.away_until)}. Messages for them wait."
    answer(as_json, {"person": person_document(person)}, said)


@app.command()
def lead(
    person_id: Id,
    ended: Annotated[bool, typer.Option("--ended", help="They no longer are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a coordinator a safeguarding lead: they hear of every alert that nobody takes at once."""
    with opened() as core:
        person = core.act(lambda ctx: make_lead(ctx, person_id, lead=not ended, actor=OPERATOR))
    said = f"{person.name} is no longer a safeguarding lead." if ended else f"{person.name} is a safeguarding lead."
    answer(as_json, {"person": person_document(person)}, said)
