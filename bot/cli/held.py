"""`telementor held`: what waits until somebody has looked at it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, cell
from bot.cli.values import Id
from handlers import hold_desk
from handlers.context import Context
from handlers.hold_desk import Held
from storage.media import OpenFile, open_file

app = new_app("Look at what is held, and pass it on or refuse it.")

_ENDINGS = {"image": "picture", "audio": "sound", "video": "film", "application": "document"}


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Show what is held, oldest first: who sent it and what came with it, never the words."""
    with opened() as core:
        found = core.act(hold_desk.list_held)
    table = Table("id", "since", "from", "match", "came with")
    for held in found:
        message = held.message
        since = f"{message.received_at:%Y-%m-%d %H:%M}"
        table.add_row(
            *map(cell, (message.id, since, held.sender.name, message.match_id, message.attachments or "words"))
        )
    answer(as_json, {"held": [_document(held) for held in found]}, table if found else "Nothing is held.")


@app.command()
def show(
    message_id: Id,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where its files are saved.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Look at something that is held: its words are shown, its files are saved. The audit trail notes that you did.

    A file that you have saved is no longer encrypted: delete it when you have looked.
    """

    def work(ctx: Context) -> list[tuple[Held, list[OpenFile]]]:
        looked = hold_desk.look(ctx, message_id, actor=OPERATOR)
        return [
            (held, [found for file in held.files if (found := open_file(ctx.tx, file.id)) is not None])
            for held in looked
        ]

    if not to.is_dir():
        raise typer.BadParameter("there is no such folder.", param_hint="--to")
    with opened() as core:
        looked = core.act(work)
    documents: list[Document] = []
    said: list[str] = []
    for held, files in looked:
        saved = [_save(to, held.message.id, number, file) for number, file in enumerate(files, start=1)]
        documents.append({**_document(held), "words": held.message.original, "files": saved})
        said.append(f"Message {held.message.id} from {held.sender.name}: {held.message.original or '(no words)'}")
        said += [f"Saved as {name}" for name in saved]
    said.append(f"Then: telementor held release {message_id}, or telementor held refuse {message_id}")
    answer(as_json, {"messages": documents}, *said)


@app.command()
def release(
    message_id: Id,
    whole: Annotated[bool, typer.Option("--whole", help="With the contact details that it was held for.")] = False,
    as_json: AsJson = False,
) -> None:
    """Pass on what you have looked at; its sender and the coordinators are told."""
    with opened() as core:
        core.act(lambda ctx: hold_desk.release(ctx, message_id, actor=OPERATOR, whole=whole))
    answer(as_json, {"message": message_id, "released": True}, f"Message {message_id} is passed on.")


@app.command()
def refuse(message_id: Id, as_json: AsJson = False) -> None:
    """Don't pass it on; its sender and the coordinators are told. It stays in the record."""
    with opened() as core:
        core.act(lambda ctx: hold_desk.refuse(ctx, message_id, actor=OPERATOR))
    answer(as_json, {"message": message_id, "released": False}, f"Message {message_id} is not passed on.")


def _document(held: Held) -> Document:
    message = held.message
    return {
        "message": message.id,
        "since": message.received_at.isoformat(),
        "from": held.sender.id,
        "match": message.match_id,
        "attachments": (message.attachments or "").split(),
        "ready": all(file.state == "ready" for file in held.files),
    }


def _save(folder: Path, message_id: int, number: int, file: OpenFile) -> str:
    """Save a file that only its owner can read, under a name of ours."""
    main, _, sub = file.mime.partition("/")
    path = folder / f"{message_id}-{number}-{_ENDINGS.get(main, 'file')}.{sub.removeprefix('x-')}"
    path.touch(mode=0o600)
    path.write_bytes(file.data)
    return str(path)
