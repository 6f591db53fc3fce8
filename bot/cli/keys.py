"""`telementor keys`: the change of the master key."""

from dataclasses import dataclass
from typing import Annotated

import typer

from bot.bootstrap import Core
from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, answer
from handlers.errors import Refused
from storage.audit import write_audit
from storage.data_keys import count_outdated, rewrap_some
from storage.key_file import add_master, drop_master, load_key_file
from storage.key_set import KeySet

app = new_app()

# So many data keys are rewrapped in one transaction: a fraction of a second, so that a running service doesn't wait.
_BATCH = 500
_RESTARTED = "telementor keys rotate --restarted"


@dataclass(frozen=True, slots=True)
class _Step:
    """What one call of `rotate` did."""

    # added, rewrapped, dropped
    name: str
    # The active master key's number.
    active: int
    # How many data keys were rewrapped.
    rewrapped: int
    said: str


@app.callback()
def keys() -> None:
    """Change the master key that the data are locked with."""


@app.command()
def rotate(
    restarted: Annotated[
        bool, typer.Option("--restarted", help="Every telementor process was started anew since the last step.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Do the next step of a change of the master key, and say what comes after it.

    First a new master key is added to the key file. A process that runs already doesn't know it, so everything has to
    be restarted before the second step locks the people's keys with it. The third step takes the old master key out of
    the file, unless something was locked with it meanwhile. What people wrote isn't touched by any of this.
    """
    with opened() as core:
        known = load_key_file(core.settings.key_file)
        under_way = len(known.masters) > 1
        if restarted and not under_way:
            raise Refused("No change of the master key is under way. Begin one with: telementor keys rotate")
        step = _go_on(core, known, restarted=restarted) if under_way else _add(core)
        subject = f"master:{step.active}"
        core.act(
            lambda ctx: write_audit(ctx.tx, OPERATOR, f"keys.{step.name}", subject, ctx.now, rewrapped=step.rewrapped)
        )
    answer(
        as_json,
        {"step": step.name, "active_master": step.active, "rewrapped": step.rewrapped, "next": step.said},
        step.said,
    )


def _add(core: Core) -> _Step:
    outdated = core.act(lambda ctx: count_outdated(ctx.tx))
    if outdated:
        raise Refused(
            f"{outdated} data keys need a master key that the key file doesn't hold: restore the one that did."
        )
    added = add_master(core.settings.key_file, core.now())
    said = (
        f"Master key {added} is in the key file. Now copy the key file to where its backup is, restart every "
        f"telementor process, and then run: {_RESTARTED}"
    )
    return _Step("add", added, 0, said)


def _go_on(core: Core, known: KeySet, *, restarted: bool) -> _Step:
    active = known.active.id
    if not restarted:
        raise Refused(
            f"Master key {active} was added, and a process that was not restarted since then would not know it. "
            f"Restart every telementor process, then run: {_RESTARTED}"
        )
    if core.act(lambda ctx: count_outdated(ctx.tx)):
        return _rewrap(core, active)
    for master in known.masters:
        if master.id != active:
            drop_master(core.settings.key_file, master.id)
    said = (
        f"The rotation is complete: master key {active} is the only one in the key file. Copy the file to where its "
        "backup is, and keep the one from before as long as backups of the database from before."
    )
    return _Step("drop", active, 0, said)


def _rewrap(core: Core, active: int) -> _Step:
    total = 0
    while done := core.act(lambda ctx: rewrap_some(ctx.tx, _BATCH)):
        total += done
    said = (
        f"{total} data keys are locked with master key {active} now. To take the old master key out of the key file, "
        f"best after a day on which all went well, run once more: {_RESTARTED}"
    )
    return _Step("rewrap", active, total, said)
