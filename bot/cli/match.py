"""`telementor match`: who is paired with whom."""

from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, cell
from bot.cli.people_shown import match_document
from bot.cli.values import Id, read_day, read_id
from handlers.absence import change_hours, read_hours
from handlers.context import Context
from handlers.handover import begin as begin_handover
from handlers.matching import change_match, propose
from handlers.people import require_person
from storage.matches import Agreement, Match, MatchState, list_matches
from storage.people import Person, PersonState, get_person, list_people

app = new_app("Match a mentor and a mentee; hand over, pause, resume or end a match.")

_Pair = tuple[Match, Person, Person]


@app.command()
def add(
    mentor: Annotated[int, typer.Option(metavar="ID", parser=read_id, help="Who mentors.")],
    mentee: Annotated[int, typer.Option(metavar="ID", parser=read_id, help="Whom they mentor.")],
    times: Annotated[str, typer.Option(help="Agreed days and hours, in words.")] = "",
    place: Annotated[str, typer.Option(help="Where they meet.")] = "",
    aims: Annotated[str, typer.Option(help="What they want to reach.")] = "",
    review_on: Annotated[
        date | None, typer.Option(metavar="YYYY-MM-DD", parser=read_day, help="When they look back together.")
    ] = None,
    ends_on: Annotated[
        date | None, typer.Option(metavar="YYYY-MM-DD", parser=read_day, help="When the match is planned to end.")
    ] = None,
    hours: Annotated[
        str, typer.Option(help='When words are passed on, like "mon-fri 08:00-21:00"; else as in the programme.')
    ] = "",
    mentee_agreed: Annotated[
        bool, typer.Option("--mentee-agreed", help="The mentee, who has no phone, said yes to you.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Propose a match. The mentor is asked first, then the mentee; it begins when both have said yes.

    What you say of times, place, aims and dates is shown to both with /about.
    """
    agreement = Agreement(times=times, place=place, aims=aims, review_on=review_on, ends_on=ends_on)

    def work(ctx: Context) -> _Pair:
        pair = require_person(ctx, mentor), require_person(ctx, mentee)
        own = read_hours(hours)
        match = propose(ctx, *pair, agreement, actor=OPERATOR, mentee_agreed=mentee_agreed)
        return match if own is None else change_hours(ctx, match.id, own, actor=OPERATOR), *pair

    with opened() as core:
        pair = core.act(work)
    answer(as_json, {"match": match_document(*pair)}, *_proposed(*pair))


def _proposed(match: Match, mentor: Person, mentee: Person) -> list[str]:
    said = [f"Match {match.id}: {mentor.name} and {mentee.name}. {mentor.name} is asked first."]
    waits = [person for person in (mentor, mentee) if person.state is PersonState.ADDED]
    if match.mentee_yes:
        waits = [person for person in waits if person is not mentee]
    said += [f"{person.name} is asked after they have joined: telementor invite {person.id}" for person in waits]
    if mentee.waits_for_parent:
        said.append(f"A parent's or carer's yes is needed before it begins: telementor person consent {mentee.id}")
    return said


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Show all matches, also those that were declined or have ended."""

    def work(ctx: Context) -> list[_Pair]:
        people = {person.id: person for person in list_people(ctx.tx)}
        return [(match, people[match.mentor_id], people[match.mentee_id]) for match in list_matches(ctx.tx)]

    with opened() as core:
        found = core.act(work)
    table = Table("id", "mentor", "mentee", "programme", "state", "waits for")
    for match, mentor, mentee in found:
        row = (match.id, mentor.name, mentee.name, match.programme, match.state, _waits_for(match, mentor, mentee))
        table.add_row(*map(cell, row))
    nothing = "There is no match yet. Make one: telementor match add --mentor ID --mentee ID"
    answer(as_json, {"matches": [match_document(*pair) for pair in found]}, table if found else nothing)


def _waits_for(match: Match, mentor: Person, mentee: Person) -> str:
    """Whose yes a proposed match still needs."""
    if match.state is not MatchState.PROPOSED:
        return ""
    missing = [person.name for person, yes in ((mentor, match.mentor_yes), (mentee, match.mentee_yes)) if not yes]
    if mentee.waits_for_parent:
        missing.append("a parent")
    return ", ".join(missing)


@app.command()
def handover(
    match_id: Id,
    mentor: Annotated[int, typer.Option(metavar="ID", parser=read_id, help="Who takes over.")],
    hide_notes: Annotated[
        bool, typer.Option("--hide-notes", help="The new mentor doesn't see the notes of the time before.")
    ] = False,
    mentee_agreed: Annotated[
        bool, typer.Option("--mentee-agreed", help="The mentee said yes to you and isn't asked.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give a match to another mentor, who is asked first. Until they begin, everything stays as it is.

    Then the earlier match ends, and everybody is told. Messages are never shown to the new mentor.
    """

    def work(ctx: Context) -> tuple[int, _Pair]:
        begun = begin_handover(
            ctx, match_id, mentor, hide_notes=hide_notes, mentee_agreed=mentee_agreed, actor=OPERATOR
        )
        match = begun.match
        return begun.unsettled, (match, get_person(ctx.tx, match.mentor_id), get_person(ctx.tx, match.mentee_id))

    with opened() as core:
        unsettled, pair = core.act(work)
    said = [f"Match {match_id} goes on until this one begins. {_proposed(*pair)[0]}", *_proposed(*pair)[1:]]
    if unsettled:
        said.append(
            f"{unsettled} of its messages still wait. If they do when the new match begins, they are not passed on, "
            f"and their senders are told. See: telementor transcript --match {match_id}"
        )
    document = {"match": match_document(*pair), "follows": match_id, "unsettled": unsettled}
    answer(as_json, document, *said)


@app.command()
def pause(match_id: Id, as_json: AsJson = False) -> None:
    """Pause a match: both are told, and nothing is passed on until it is resumed."""
    _change(match_id, "pause", "paused", as_json=as_json)


@app.command()
def resume(match_id: Id, as_json: AsJson = False) -> None:
    """Resume a match that was paused: both are told."""
    _change(match_id, "resume", "active again", as_json=as_json)


@app.command()
def end(match_id: Id, as_json: AsJson = False) -> None:
    """End a match for good: both are told. What was said stays in the record."""
    _change(match_id, "end", "ended", as_json=as_json)


@app.command("hours")
def set_hours(
    match_id: Id,
    hours: Annotated[
        str, typer.Argument(help='Like "mon-fri 08:00-21:00, sat 10:00-18:00"; "" for those of the programme.')
    ],
    as_json: AsJson = False,
) -> None:
    """Set when words of a match are passed on; outside of these hours they wait. Alarms never wait."""

    def work(ctx: Context) -> _Pair:
        match = change_hours(ctx, match_id, hours, actor=OPERATOR)
        return match, get_person(ctx.tx, match.mentor_id), get_person(ctx.tx, match.mentee_id)

    with opened() as core:
        pair = core.act(work)
    own = pair[0].contact_hours
    said = f"Match {match_id} goes by the hours of its programme." if own is None else f"Match {match_id}: {own}."
    answer(as_json, {"match": match_document(*pair)}, said)


def _change(match_id: int, change: str, done: str, *, as_json: bool) -> None:
    def work(ctx: Context) -> _Pair:
        match = change_match(ctx, match_id, change, actor=OPERATOR)
        return match, get_person(ctx.tx, match.mentor_id), get_person(ctx.tx, match.mentee_id)

    with opened() as core:
        pair = core.act(work)
    document: Document = {"match": match_document(*pair)}
    answer(as_json, document, f"Match {match_id} ({pair[1].name} and {pair[2].name}) is {done}.")
