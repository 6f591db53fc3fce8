"""A mentoring programme: its name, its office and its figures, as a file that a coordinator can edit."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator

from content.contact_rules import Kind
from content.hours import Hours, parse_hours, parse_span
from content.ladder import Ladder
from content.lexicon import Category, Severity
from content.problems import ContentError, Problem
from content.tables import Table, read_table, toml_files, validate

Words = Annotated[str, Field(min_length=1, max_length=160)]
# What becomes of a kind of file: passed on, held until a coordinator has looked at it, or refused.
Policy = Literal["allow", "hold", "refuse"]
# What becomes of a contact detail, the mildest first: passed on, replaced by its mark, held until a coordinator has
# looked at it, or the whole message refused.
DetailPolicy = Literal["allow", "redact", "hold", "refuse"]
_STRICTNESS: tuple[DetailPolicy, ...] = get_args(DetailPolicy)


class MediaPolicy(BaseModel):
    """What becomes of each kind of file. Every other kind of attachment is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    photo: Policy = "hold"
    voice: Policy = "hold"
    audio: Policy = "hold"
    video: Policy = "hold"
    video_note: Policy = "hold"
    document: Policy = "hold"
    sticker: Policy = "allow"
    animation: Policy = "hold"

    def of(self, kind: str) -> Policy:
        """The policy for a kind, in the channels' words ("photo"): "refuse" for one that isn't a file."""
        policies: dict[str, Policy] = dict(self)
        return policies.get(kind, "refuse")


class ContactPolicy(RootModel[Mapping[Kind, DetailPolicy]]):
    """What becomes of each kind of contact detail; a kind that isn't named is replaced by its mark."""

    model_config = ConfigDict(frozen=True)

    root: Mapping[Kind, DetailPolicy] = {}

    def of(self, kind: str) -> DetailPolicy:
        """The policy for a kind."""
        return next((policy for name, policy in self.root.items() if name == kind), "redact")

    def strictest(self, kinds: Iterable[str]) -> DetailPolicy:
        """What decides about a message with these kinds; "allow" for one without any."""
        return max((self.of(kind) for kind in kinds), key=_STRICTNESS.index, default="allow")

    def decided(self, *, passes: bool) -> "ContactPolicy":
        """The same once a coordinator has looked: what was to be held passes, or is replaced by its mark."""
        looked: DetailPolicy = "allow" if passes else "redact"
        became: Mapping[DetailPolicy, DetailPolicy] = {"hold": looked, "refuse": "redact"}
        return ContactPolicy({kind: became.get(policy, policy) for kind, policy in self.root.items()})


class Boundaries(BaseModel):
    """From which figures on a coordinator is told that somebody pushes at the boundaries of a match."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    # What counts as late at night, and how many messages of somebody in 7 nights are worth a word.
    late: str = "22:00-07:00"
    late_messages: Annotated[int, Field(ge=1, le=1000)] = 5
    # Far more than usual: more than so many messages on one day, and so many times the mean of the 28 days before.
    much_messages: Annotated[int, Field(ge=1, le=1000)] = 20
    much_times: Annotated[int, Field(ge=2, le=100)] = 3
    # Messages with contact details in 7 days.
    detail_messages: Annotated[int, Field(ge=1, le=1000)] = 3

    @field_validator("late")
    @classmethod
    def _readable(cls, text: str) -> str:
        parse_span(text)
        return text


class Programme(BaseModel):
    """What a service says about one of its programmes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    # The file's name without its ending; what people are registered under.
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    # The name as people read it.
    name: Annotated[str, Field(min_length=1, max_length=40)]
    # IANA name; days and hours of the programme are counted in it.
    time_zone: str
    # How to reach the office, in words that end a sentence: "ring 020 …".
    coordinator_contact: Words
    # How to complain, in words that end a sentence.
    complaint_contact: Words
    # The language of emergency texts for somebody whose language isn't known.
    emergency_text_language_default: str = "en-GB"
    # Whom an alert calls that nobody has taken yet.
    ladder: Ladder = Ladder()
    # What an alert says of whose words they are: a number ("mentee 7"), or the first name.
    alert_names: Literal["name", "reference"] = "reference"
    # Further alerts of the same pair and kind within so many minutes of the last one join its case.
    case_joins_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    # An alert names a case of the same pair and kind that was closed within so many days before.
    case_recalls_days: Annotated[int, Field(ge=0, le=366)] = 28
    # Minutes until the words of a case that a coordinator had shown are taken out of their chat again.
    words_shown_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    # When the concerns that nobody has yet are told on working days (Monday to Friday without holidays).
    digest_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    # Hours after which whoever has a case in which nothing is done is reminded, in the rota's working hours, but for
    # what is immediate. 0: never.
    case_reminder_hours: Annotated[int, Field(ge=0, le=168)] = 24
    # Whether somebody is shown on their own message that it went, where their channel can show that quietly.
    show_sent: bool = True
    # Hours after which the coordinators are asked again about something that is held; then daily. 0: never.
    held_reminder_hours: Annotated[int, Field(ge=0, le=168)] = 4
    # Days that an invitation's code can be used.
    invitation_days: Annotated[int, Field(ge=1, le=60)] = 7
    # Segments of SMS to one person in a month. The coordinators are told at 80 and at 100 per cent; sending goes on.
    # 0: nobody counts.
    sms_segments_a_month: Annotated[int, Field(ge=0, le=1_000_000)] = 300
    # More messages of one person in a minute than this are passed on with delays; 0: never.
    flood_per_minute: Annotated[int, Field(ge=0, le=1000)] = 20
    # Hours after which words that could not be delivered are stale: they are not sent any more, and their sender knows.
    message_life_hours: Annotated[int, Field(ge=1, le=168)] = 12
    # Kept with each consent; a new one whenever the wording changes its meaning.
    consent_version: Annotated[str, Field(min_length=1, max_length=20)]
    # When words are passed on, as `content.hours` reads it; nothing: always. A match may have its own.
    contact_hours: Annotated[str, Field(max_length=200)] = ""
    # Days on which no words are passed on, unless contact is open on them too.
    holidays: tuple[date, ...] = ()
    open_on_holidays: bool = False
    boundaries: Boundaries = Boundaries()
    # What becomes of photos, voice messages and other files.
    media: MediaPolicy = MediaPolicy()
    # What becomes of each kind of contact detail.
    contact_details: ContactPolicy = ContactPolicy()
    # Severities or categories of the safeguarding scan whose messages a coordinator looks at before they are delivered.
    hold_on: frozenset[str] = frozenset()
    # Minutes until somebody in a crisis gets the emergency numbers again.
    crisis_again_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    # True switches a shipped programme off.
    off: bool = False

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'there is no time zone "{name}"') from None
        return name

    @field_validator("contact_hours")
    @classmethod
    def _readable_hours(cls, text: str) -> str:
        parse_hours(text)
        return text

    @field_validator("holidays", mode="before")
    @classmethod
    def _days(cls, given: object) -> object:
        """Days as TOML has them, or between quotation marks."""
        if not isinstance(given, list | tuple):
            raise ValueError('write days in brackets, like ["2026-12-25", "2026-12-26"]')  # noqa: TRY004 - pydantic's way
        try:
            return tuple(date.fromisoformat(str(day)) for day in given)
        except ValueError:
            raise ValueError('write each day like "2026-12-25"') from None

    @field_validator("hold_on", mode="before")
    @classmethod
    def _findings(cls, given: object) -> object:
        known = {*get_args(Category), *(severity.value for severity in Severity)}
        if not isinstance(given, list | tuple | frozenset) or not set(map(str, given)) <= known:
            raise ValueError('write severities or categories in brackets, like ["immediate", "grooming_boundary"]')
        return frozenset(map(str, given))

    def hours(self, own: str | None = None) -> Hours:
        """When words of a match are passed on; `own` are the hours of that match, if it has any."""
        found = parse_hours(self.contact_hours if own is None else own)
        return found if self.open_on_holidays else found.closed_on(frozenset(self.holidays))


def load_programmes(shipped: Path, own: Path | None, languages: frozenset[str] | None) -> Mapping[str, Programme]:
    """Read `programmes/*.toml` of both folders, the service's own laid over the shipped ones.

    Raises `ContentError` when a file is wrong, a language isn't one of `languages` (None: not known), or
    no programme is left.
    """
    tables: dict[str, Table] = {}
    for folder in filter(None, (shipped, own)):
        for file in toml_files(folder / "programmes"):
            table = read_table(file)
            below = tables.get(file.stem)
            tables[file.stem] = table.laid_over(below) if below else table
    programmes = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        try:
            programme = validate(Programme, table)
        except ContentError as error:
            problems += error.problems
            continue
        problems += _disagreements(programme, name, table, languages)
        if not programme.off:
            programmes[name] = programme
    if not programmes and not problems:
        problems.append(Problem((own or shipped) / "programmes", 1, "At least one programme must be left on."))
    if problems:
        raise ContentError(problems)
    return programmes


def _disagreements(programme: Programme, name: str, table: Table, languages: frozenset[str] | None) -> list[Problem]:
    problems = []
    if programme.id != name:
        problems.append(table.problem("id", f'id: it must be the name of the file, "{name}".'))
    if languages is not None and programme.emergency_text_language_default not in languages:
        key = "emergency_text_language_default"
        problems.append(table.problem(key, f"{key}: there are no texts in this language."))
    return problems
