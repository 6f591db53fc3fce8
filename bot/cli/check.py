"""`telementor check`: whether everything that the service needs is as it must be."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from bot.bootstrap import Core, opened_core
from bot.channels.base import NotStored
from bot.channels.hooks import WebChannel
from bot.channels.registry import build_channels
from bot.cli.apps import new_app
from bot.cli.failures import describe
from bot.cli.opening import ready_settings
from bot.cli.output import AsJson, answer, printable
from bot.clock import real_clock
from bot.settings import Settings
from content.examples import broken_examples
from content.library import Content, load_content
from content.problems import ContentError
from handlers.context import Context
from handlers.duty import rota_of
from handlers.errors import Refused
from handlers.events import Channel, Event
from handlers.rota_desk import has_rota, uncovered
from handlers.speaking import is_reachable
from storage.audit import verify_audit
from storage.key_file import load_key_file
from storage.migrate import check_schema, needed_version
from storage.outbox.waiting import count_unfinished
from storage.people import Person, PersonState, Role, list_people

app = new_app()

T = TypeVar("T")

# So many days ahead the rota is looked at.
_DAYS_AHEAD = 28


@dataclass(frozen=True, slots=True)
class _Finding:
    name: str
    # None: it could not be checked, because of another one.
    ok: bool | None
    says: str
    # In order, but somebody should know of it.
    warns: bool = False


class _WarningError(Exception):
    """Something works, in a way that hardly anybody wants for long; the text is the sentence that says so."""


@dataclass(slots=True)
class _Round:
    """One round of checks. Each adds one finding, whatever happens in it."""

    findings: list[_Finding] = field(default_factory=list)

    def look(self, name: str, work: Callable[[], T], says: Callable[[T], str]) -> T | None:
        """Do one check; what it raises is what isn't in order."""
        try:
            found = work()
        except ContentError as error:
            # All of it: this is where other commands send people to.
            self.findings += [_Finding(name, ok=False, says=str(problem)) for problem in error.problems]
        except _WarningError as warning:
            self.findings.append(_Finding(name, ok=True, says=str(warning), warns=True))
        except Exception as error:  # noqa: BLE001 - one check that fails must not hide the others
            self.findings.append(_Finding(name, ok=False, says=describe(error)[0]))
        else:
            self.findings.append(_Finding(name, ok=True, says=says(found)))
            return found
        return None

    def skip(self, *names: str) -> None:
        """Note checks that can't be done before the others are in order."""
        self.findings += [_Finding(name, ok=None, says="not checked, because of the above") for name in names]


@app.command()
def check(as_json: AsJson = False) -> None:
    """Check settings, keys, content, database, audit trail, coordinators, providers and webhooks.

    One line each. The status is 1 when anything isn't as it must be, and 0 with warnings alone. Only the providers of
    the settings are contacted.
    """
    findings = _look_around()
    well = all(finding.ok for finding in findings)
    warnings = sum(finding.warns for finding in findings)
    document = {
        "ok": well,
        "warnings": warnings,
        "checks": [
            {"name": found.name, "ok": found.ok, "warning": found.warns, "says": found.says} for found in findings
        ],
    }
    counted = [f"{warnings} warning{'s' * (warnings > 1)}."] if warnings else []
    answer(as_json, document, *(_line(found) for found in findings), *counted)
    if not well:
        raise typer.Exit(1)


def _line(found: _Finding) -> Text:
    marks = {True: ("ok", "green"), False: ("NOT OK", "bold red"), None: ("-", "dim")}
    mark, style = ("warning", "yellow") if found.warns else marks[found.ok]
    return Text.assemble((f"{mark:<8}", style), printable(f"{found.name}: {found.says}"))


def _look_around() -> list[_Finding]:
    look = _Round()
    settings = look.look("settings", ready_settings, lambda _: "complete")
    if settings is None:
        look.skip("keys", "content", "schema", "audit", "outbox", "coordinators", "channels")
        return look.findings
    url = settings.database_url.get_secret_value()
    keys = look.look(
        "keys", partial(load_key_file, settings.key_file), lambda keys: f"active master key {keys.active.id}"
    )
    content = look.look(
        "content",
        partial(load_content, settings.content_dir),
        lambda content: f"programmes: {', '.join(sorted(content.programmes))}",
    )
    if content is not None and settings.content_dir is not None:
        look.look("examples", partial(_examples, content, settings.content_dir), str)
    schema = look.look("schema", partial(_schema, url), lambda version: f"version {version}")
    if keys is None or content is None or schema is None:
        look.skip("audit", "outbox", "coordinators")
    else:
        with opened_core(settings, whole=False) as core:
            _look_into(core, look)
    _look_at_channels(settings, look)
    return look.findings


def _examples(content: Content, folder: Path) -> str:
    """Whether the rules, as the service's own folder makes them, keep their word; the tests see to the shipped ones."""
    broken = list(broken_examples(content, folder))
    if broken:
        raise ContentError(broken)
    return "each rule finds its examples and passes its near misses"


def _schema(url: str) -> str:
    check_schema(url)
    return needed_version()


def _look_into(core: Core, look: _Round) -> None:
    """What the database tells."""
    look.look("audit", partial(core.act, _audit), lambda entries: f"{entries} entries, whole")
    look.look(
        "outbox",
        partial(core.act, lambda ctx: count_unfinished(ctx.tx)),
        lambda count: f"{count} on their way",
    )
    for programme in sorted(core.content.programmes):
        look.look(
            f"coordinators of {programme}",
            partial(core.act, partial(_coordinators, programme)),
            lambda names: f"{', '.join(names)} can be reached",
        )
        look.look(f"rota of {programme}", partial(core.act, partial(_rota, programme)), str)


def _audit(ctx: Context) -> int:
    state = verify_audit(ctx.tx)
    if state.problems:
        raise Refused(f"The trail isn't whole ({len(state.problems)} problems). See: telementor audit verify")
    return state.entries


def _coordinators(programme: str, ctx: Context) -> list[str]:
    """The coordinators whom an alert reaches."""
    joined = _joined(programme, ctx)
    if not joined:
        raise Refused(
            f"No coordinator of {programme} has joined, so no alert reaches anybody. See: telementor person list"
        )
    reached = [person.name for person in joined if is_reachable(ctx, person)]
    if not reached:
        raise Refused(f"No coordinator of {programme} can be reached now. See: telementor person list")
    return reached


def _joined(programme: str, ctx: Context) -> list[Person]:
    coordinators = list_people(ctx.tx, programme=programme, role=Role.COORDINATOR)
    return [person for person in coordinators if person.state is PersonState.JOINED]


def _rota(name: str, ctx: Context) -> str:
    """Whether somebody is on call in every hour to come. Without a rota everybody is called: that works, if anybody."""
    programme = ctx.content.programmes[name]
    if not has_rota(rota_of(ctx, programme)):
        nobody = f"Nobody is on call in any hour of the next {_DAYS_AHEAD} days, and"
        if not any(is_reachable(ctx, person) for person in _joined(name, ctx)):
            raise Refused(f"{nobody} no coordinator can be called instead. See: telementor person list")
        raise _WarningError(
            f"{nobody} every coordinator is called instead. To put somebody on call: telementor rota add --help"
        )
    gaps = uncovered(ctx, programme, _DAYS_AHEAD)
    if gaps:
        zone = ZoneInfo(programme.time_zone)
        spans = [" to ".join(f"{edge.astimezone(zone):%a %-d %b %H:%M}" for edge in gap) for gap in gaps]
        raise Refused(f"Nobody of the rota is on call from {'; '.join(spans)}. See: telementor rota show")
    return f"somebody is on call in every hour of the next {_DAYS_AHEAD} days"


def _look_at_channels(settings: Settings, look: _Round) -> None:
    """The providers, and the addresses under which they call."""
    channels = look.look("channels", partial(_channels, settings), lambda found: ", ".join(_names(found)))
    for channel in channels or []:
        look.look(str(channel.channel), partial(_ask, channel), lambda _: "answers, and knows this service")
        for path in channel.hooks():
            look.look(
                f"webhook {path}",
                partial(_hook, settings, channel.channel, path),
                lambda address: f"{address}, with its secret set",
            )


def _names(channels: Iterable[WebChannel]) -> list[str]:
    return [str(channel.channel) for channel in channels]


def _channels(settings: Settings) -> list[WebChannel]:
    found = build_channels(settings, _take_nothing, real_clock)
    if not found:
        raise Refused("No channel is set up: set TELEMENTOR_TELEGRAM_BOT_TOKEN, or the TELEMENTOR_TWILIO_… settings.")
    return found


async def _take_nothing(_event: Event) -> None:
    raise NotStored


def _ask(channel: WebChannel) -> bool:
    problem = asyncio.run(channel.check())
    if problem is not None:
        raise Refused(problem)
    return True


def _hook(settings: Settings, channel: Channel, path: str) -> str:
    """The address that the provider calls; settings without it, or without the secret, are refused as a whole."""
    provider = settings.telegram_api_url if channel is Channel.TELEGRAM else settings.twilio_api_url
    address = f"{settings.public_url}{path}"
    if address.startswith("http:") and provider.startswith("https:"):
        raise Refused(f"{address} is this computer alone: set TELEMENTOR_PUBLIC_URL to its https address.")
    return address
