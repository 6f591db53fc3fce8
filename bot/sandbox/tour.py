"""`telementor demo --tour`: a scripted week in the terminal, played on the same parts as everything else."""

from dataclasses import dataclass
from datetime import timedelta

from rich.columns import Columns
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.sandbox.cast import fill
from bot.sandbox.demo import demo_stage
from bot.sandbox.page_state import next_monday
from bot.sandbox.phones import Phone
from bot.sandbox.stage import Stage
from handlers.transcripts import read_transcript
from storage.audit import seal_audit, verify_audit
from storage.ids import PersonId

# How many of the newest messages a phone's picture shows.
_ON_SCREEN = 4


@dataclass(frozen=True, slots=True)
class _Tour:
    console: Console
    stage: Stage
    people: dict[str, PersonId]

    def scene(self, title: str, explanation: str) -> None:
        """Begin a scene."""
        day = self.stage.clock.now().strftime("%A %H:%M")
        self.console.rule(f"[bold]{day}: {title}")
        self.console.print(explanation)

    def screens(self, *phone_ids: str) -> None:
        """Show what these phones show now."""
        self.console.print(Columns([_screen(self.stage.world.phone(phone_id)) for phone_id in phone_ids]))


async def run_tour(console: Console) -> None:
    """Play the tour. Raises `TimeoutError` when something that should arrive does not."""
    async with demo_stage() as (stage, _):
        console.rule("[bold]telementor: a week in a small programme")
        console.print("Everybody joins by invitation and says yes to their match. Nobody sees anybody's number.")
        tour = _Tour(console, stage, await fill(stage))
        tour.screens("sam", "ellie", "alex")
        for scene in (_hello, _number, _two_mentees, _alarm, _restart, _stop, _record):
            await scene(tour)
        console.rule("[bold green]The tour is over. Try it yourself: telementor demo")


async def _hello(tour: _Tour) -> None:
    tour.scene("Sam texts", "Sam's mentor has two mentees, so each message says who it is from.")
    tour.stage.world.send_from_phone("sam", "Hi Alex, are we still on for Friday?")
    await tour.stage.shows("alex", "are we still on")
    tour.screens("sam", "alex")


async def _number(tour: _Tour) -> None:
    await tour.stage.clock.move_on(timedelta(hours=3))
    tour.scene("A number is taken out", "Contact details stay out of the relay; the sender is told why.")
    await tour.stage.say("sam", "you can ring me on 07700 900456 if you want")
    await tour.stage.shows("alex", "you can ring me on")
    tour.screens("sam", "alex")


async def _two_mentees(tour: _Tour) -> None:
    await tour.stage.clock.move_on(timedelta(days=1))
    tour.scene("Who is it for?", "Alex doesn't say whom. The words wait until that is clear; nothing is guessed.")
    await tour.stage.say("alex", "See you on Friday at four")
    await tour.stage.press("alex", 0)
    await tour.stage.shows("sam", "See you on Friday")
    tour.screens("alex", "sam", "ellie")


async def _alarm(tour: _Tour) -> None:
    await tour.stage.clock.move_on(timedelta(hours=9))
    tour.scene("An alarm", "Serious words reach the coordinator at once, again after five minutes, until she has it.")
    await tour.stage.say("sam", "i cant do this any more i want to die")
    before = len(await tour.stage.hears("morgan", after=0))
    await tour.stage.clock.move_on(timedelta(minutes=6))
    await tour.stage.hears("morgan", after=before)
    await tour.stage.press("morgan")
    tour.screens("sam", "morgan")


async def _restart(tour: _Tour) -> None:
    tour.scene("A restart", "The service stops. Sam texts meanwhile; after the start it arrives.")
    await tour.stage.stop()
    tour.stage.world.send_from_phone("sam", "are you there?")
    await tour.stage.start()
    await tour.stage.shows("alex", "are you there?")
    tour.screens("sam", "alex")


async def _stop(tour: _Tour) -> None:
    await tour.stage.clock.move_to(next_monday(tour.stage.clock.now()))
    tour.scene("One word is enough", "Ellie stops with one word, by SMS, and comes back with another.")
    await tour.stage.say("ellie", "STOP")
    await tour.stage.say("ellie", "START")
    tour.screens("ellie", "morgan")


async def _record(tour: _Tour) -> None:
    tour.scene("The record", "What was said can be read back, in every state, and reading it leaves a trace.")
    lines = tour.stage.core.act(lambda ctx: read_transcript(ctx, actor="tour", person_id=tour.people["sam"]))
    table = Table("when", "who", "words as they were written", "state", "found")
    for line in lines:
        if line.kind in {"relay", "command"} and not line.original.startswith("/start"):
            state = line.deliveries[-1].state if line.deliveries else line.state
            found = ", ".join(dict.fromkeys(finding.kind for finding in line.findings))
            table.add_row(line.at.strftime("%a %H:%M"), line.who, Text(line.original), state, found)
    tour.console.print(table)
    tour.stage.core.act(lambda ctx: seal_audit(ctx.tx, ctx.now))
    trail = tour.stage.core.act(lambda ctx: verify_audit(ctx.tx))
    tour.console.print(f"Audit trail: {trail.entries} entries, {trail.seals} seals, {len(trail.problems)} problems.")


def _screen(phone: Phone) -> Panel:
    """The newest messages of a phone as a picture in text."""
    body = Text()
    for message in phone.shown()[-_ON_SCREEN:]:
        body.append("» " if message.mine else "", style="bold cyan")
        body.append(message.text, style="cyan" if message.mine else "")
        for option in message.options():
            mark = "●" if option.label in message.pressed else "○"
            body.append(f"\n  {mark} {option.label}", style="bold")
        body.append("\n\n")
    return Panel(body, title=f"{phone.owner}, {phone.channel}", width=46)
