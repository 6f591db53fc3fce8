"""`telementor unreached`: what did not arrive, and who can't be reached."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app
from bot.cli.opening import opened
from bot.cli.output import AsJson, Document, answer, cell
from bot.cli.zones import local, zone_of
from content.library import Content
from handlers.context import DEFAULT_LANGUAGE, Context
from handlers.reach import why
from handlers.unreached import Lost, Missed, read_lost, read_missed
from storage.outbox.rows import OutboxState

app = new_app()


@app.command()
def unreached(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of messages, those of so many days.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Show what people wrote to each other that did not or may not have arrived, and who can't be reached at all.

    No words: who wrote to whom and when, and why it failed. The transcript has the words.
    """

    def work(ctx: Context) -> tuple[list[Missed], list[Lost]]:
        return read_missed(ctx, ctx.now - timedelta(days=days)), read_lost(ctx)

    with opened() as core:
        missed, lost = core.act(work)
        content = core.content
    document = {
        "messages": [_missed_document(one, content) for one in missed],
        "people": [_lost_document(one, content) for one in lost],
    }
    answer(
        as_json,
        document,
        _missed_table(missed, content) if missed else f"All messages of {days} days arrived, as far as is known.",
        _lost_table(lost, content) if lost else "Everybody can be reached.",
    )


def _missed_document(one: Missed, content: Content) -> Document:
    at = local(one.message.received_at, zone_of(content, one.recipient.programme))
    return {
        "message": one.message.message_id,
        "match": one.message.match_id,
        "at": at.isoformat(),
        "from": {"id": one.sender.id, "name": one.sender.name},
        "to": {"id": one.recipient.id, "name": one.recipient.name},
        "channel": one.message.channel,
        "state": one.message.state.value,
        "error": one.message.error,
    }


def _missed_table(missed: list[Missed], content: Content) -> Table:
    table = Table("when", "from", "to", "match", "by", "what became of it")
    for one in missed:
        at = local(one.message.received_at, zone_of(content, one.recipient.programme))
        state = "failed" if one.message.state is OutboxState.FAILED else "may not have arrived"
        ended = f"{state} ({one.message.error})" if one.message.error else state
        row = (f"{at:%-d %b %H:%M}", one.sender.name, one.recipient.name, one.message.match_id, one.message.channel)
        table.add_row(*map(cell, (*row, ended)))
    return table


def _lost_document(one: Lost, content: Content) -> Document:
    since = one.address.changed_at
    return {
        "id": one.person.id,
        "name": one.person.name,
        "channel": one.address.channel,
        "state": one.address.state.value,
        "reason": one.address.reason,
        "why": _why(one, content),
        "since": None if since is None else local(since, zone_of(content, one.person.programme)).isoformat(),
    }


def _lost_table(lost: list[Lost], content: Content) -> Table:
    table = Table("id", "name", "role", "by", "can't be reached because", "since")
    for one in lost:
        since = one.address.changed_at
        day = "" if since is None else f"{local(since, zone_of(content, one.person.programme)):%-d %b %Y %H:%M}"
        row = (one.person.id, one.person.name, one.person.role, one.address.channel, _why(one, content), day)
        table.add_row(*map(cell, row))
    return table


def _why(one: Lost, content: Content) -> str:
    reason = why(one.address.reason)
    return content.texts.say(f"why-{reason}", DEFAULT_LANGUAGE)
