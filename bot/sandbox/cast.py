"""The fictional programme of the demo: who is in it, and how they come to be there."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.sandbox.phones import Card, Phone, Tip
from bot.sandbox.stage import Stage
from bot.sandbox.world import World
from handlers.context import Context
from handlers.events import Channel
from handlers.logbook import log_contact
from handlers.matching import propose
from handlers.people import enrol, invite
from storage.contacts import ContactKind
from storage.ids import MatchId, PersonId
from storage.matches import Agreement, matches_of
from storage.people import AgeBand, NewPerson, ParentalConsent, Person, Role, get_person

PROGRAMME = "mentoring"
_ACTOR = "demo"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody in the play."""

    # The id of their phone on the page.
    id: str
    name: str
    role: Role
    # Where they are reached; None: in custody, without a phone.
    channel: Channel | None
    # A Telegram chat, or a number from Ofcom's range for drama.
    address: str = ""
    age_band: AgeBand | None = None
    language: str = "en-GB"


# In the order in which the page shows them.
CAST = (
    Part("sam", "Sam", Role.MENTEE, Channel.TELEGRAM, "700000101", AgeBand.FROM_13_TO_16, "en-GB-easy"),
    Part("alex", "Alex", Role.MENTOR, Channel.TELEGRAM, "700000201"),
    Part("morgan", "Morgan", Role.COORDINATOR, Channel.TELEGRAM, "700000301"),
    Part("ellie", "Ellie", Role.MENTEE, Channel.SMS, "+447700900123", AgeBand.SEVENTEEN),
    Part("jordan", "Jordan", Role.MENTOR, Channel.TELEGRAM, "700000202"),
    Part("kai", "Kai", Role.MENTEE, None, age_band=AgeBand.FROM_18_TO_24),
)

# Mentor, mentee, and what their matching meeting agreed.
PAIRS = (
    (
        "alex",
        "sam",
        Agreement(
            times="Tuesdays and Fridays, 4 to 7 pm",
            place="the library on Broad Street",
            aims="getting back to football training; talking things through",
        ),
    ),
    ("alex", "ellie", Agreement(times="any weekday, 5 to 8 pm", aims="college interviews")),
    ("jordan", "kai", Agreement(times="a letter every week, a visit every month", aims="a place to live, then work")),
)

TIPS = (
    Tip("sam", "Say hello", "Hi Alex, are we still on for Friday?"),
    Tip("sam", "Try a phone number", "you can ring me on 07700 900456"),
    Tip("sam", "Send a picture", picture=True),
    Tip("sam", "Say something worrying", "i dont want to be here any more, i want to die"),
    Tip("alex", "Write to one of two mentees", "How did it go today?"),
)


def new_world() -> World:
    """The phones of the cast, before anything was said."""
    return World(
        [
            Phone(
                id=part.id,
                owner=f"{part.name} ({part.role})",
                channel=part.channel,
                address=part.address,
                username=f"{part.id}_demo" if part.channel is Channel.TELEGRAM else None,
                first_name=part.name,
                started=part.channel is Channel.SMS,
            )
            for part in CAST
            if part.channel is not None
        ],
        cards=[
            Card(
                f"{part.name} ({part.role})", "In custody: letters and visits only. Jordan writes them down with /log."
            )
            for part in CAST
            if part.channel is None
        ],
        tips=TIPS,
    )


async def fill(stage: Stage) -> dict[str, PersonId]:
    """Let everybody join and be matched, by the same doors as in a real service. Returns the numbers of the cast."""
    numbers: dict[str, PersonId] = {}
    for part in sorted(CAST, key=lambda part: part.role is not Role.COORDINATOR):
        numbers[part.id] = await _join(stage, part)
    for mentor, mentee, agreement in PAIRS:
        await _match(stage, numbers, mentor, mentee, agreement)
    stage.act(lambda ctx: _log_for_kai(ctx, matches_of(ctx.tx, numbers["kai"])[0].id))
    return numbers


async def _join(stage: Stage, part: Part) -> PersonId:
    young = part.age_band is not None and part.age_band.needs_parental_consent
    new = NewPerson(
        programme=PROGRAMME,
        role=part.role,
        name=part.name,
        language=part.language,
        age_band=part.age_band,
        parental_consent=ParentalConsent.RECORDED if young else ParentalConsent.NOT_NEEDED,
    )
    number = part.address if part.channel is Channel.SMS else None
    person: Person = stage.act(lambda ctx: enrol(ctx, new, number=number, actor=_ACTOR))
    if part.channel is None:
        return person.id
    invited = stage.act(lambda ctx: invite(ctx, person.id, actor=_ACTOR))
    if invited.code is not None:
        await stage.say(part.id, f"/start {invited.code}")
        await stage.press(part.id)
    else:
        await stage.hears(part.id, after=0)
        await stage.say(part.id, "YES")
    return person.id


async def _match(stage: Stage, numbers: dict[str, PersonId], mentor: str, mentee: str, agreement: Agreement) -> None:
    today = stage.clock.now().date()
    agreed = replace(agreement, review_on=today + timedelta(days=90), ends_on=today + timedelta(days=365))
    part = next(part for part in CAST if part.id == mentee)

    def work(ctx: Context) -> None:
        pair = get_person(ctx.tx, numbers[mentor]), get_person(ctx.tx, numbers[mentee])
        propose(ctx, *pair, agreed, actor=_ACTOR, mentee_agreed=part.channel is None)

    stage.act(work)
    await stage.press(mentor)
    if part.channel is Channel.TELEGRAM:
        await stage.press(mentee)
    elif part.channel is Channel.SMS:
        await stage.shows(mentee, "1 ")
        await stage.say(mentee, "YES")


def _log_for_kai(ctx: Context, match_id: MatchId) -> None:
    today = ctx.now.date()
    log_contact(ctx, match_id, ContactKind.LETTER, today - timedelta(days=9), "First letter sent.", actor=_ACTOR)
    note = "Visit with the resettlement worker: a room from March, perhaps."
    log_contact(ctx, match_id, ContactKind.VISIT, today - timedelta(days=2), note, actor=_ACTOR)
