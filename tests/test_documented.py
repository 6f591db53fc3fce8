"""The README and docs/ agree with the program: a setting, command or state that is missing there fails here."""

import re
import struct
from datetime import date
from importlib import import_module
from itertools import takewhile
from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import PhoneNumberMatcher
from pydantic import SecretStr
from typer.core import TyperGroup
from typer.main import get_command

from bot.channels import sms, telegram
from bot.channels.telegram_events import _ATTACHMENTS, _MARKS, _OTHER_REACTIONS
from bot.cli.commands import app
from bot.settings import PREFIX, SECRETS, Settings
from content.contact_rules import KINDS
from content.examples import broken_examples
from content.hours import ALWAYS, parse_hours
from content.lexicon import CATEGORIES, Severity
from content.library import Content, load_content
from handlers.accumulation import SEVERAL
from handlers.boundaries import ATTEMPTS
from handlers.events import DeliveryStatus
from handlers.menus import WHO_MAY
from handlers.screening import SCAN_FAILED
from handlers.told import TOLD
from storage.addresses import AddressState
from storage.contacts import ContactKind
from storage.matches import MatchState
from storage.messages.kinds import Kind, MessageState
from storage.outbox.rows import OutboxState
from storage.people import AgeBand, ParentalConsent, PersonState
from tests.bench.figures import FIGURES
from tests.shipped import shipped_content

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [README, *DOCS]

_EVERY_COMMAND_HAS = {"--help", "--json"}


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _code(file: Path) -> set[str]:
    """Everything that a document sets in `code` within a line."""
    return set(re.findall(r"`([^`\n]+)`", _text(file)))


def _table(file: Path, heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first column is headed so: the first cell's code, and the cells behind it."""
    lines = _text(file).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {row[0].strip("`"): row[1:] for row in cells}


def _default(name: str) -> str:
    """A setting's default as people write it; empty when there is none."""
    default = Settings.model_fields[name].default
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, float):
        return f"{default:g}"
    return "" if default is None else str(default)


def _commands() -> dict[str, set[str]]:
    """Every command by its whole name, with its own options."""
    door = get_command(app)
    assert isinstance(door, TyperGroup)
    found = {}
    for name in door.commands:
        command = get_command(import_module(f"bot.cli.{name}").app)
        parts = command.commands if isinstance(command, TyperGroup) else {"": command}
        for part, one in parts.items():
            named = (option for parameter in one.params for option in (*parameter.opts, *parameter.secondary_opts))
            options = {option for option in named if option.startswith("--")}
            found[f"telementor {name} {part}".strip()] = options - _EVERY_COMMAND_HAS
    return found


def _typed(file: Path) -> list[str]:
    """What a document tells people to type that begins with our name: lines of shell, and code within a line."""
    # What is to come is named too.
    text = re.sub(r"^## What is not there yet$.*?^## ", "", _text(file), flags=re.DOTALL | re.MULTILINE)
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    lines = re.findall(r"^telementor .*", blocks, re.MULTILINE) + re.findall(r"`(telementor [^`\n]+)`", text)
    return [line.partition("#")[0].strip() for line in lines]


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    """The table of settings has a row for each setting, no other row, and the default of the class."""
    written = {name: cells[0].strip("`") for name, cells in _table(README, "setting").items()}
    assert written == {f"{PREFIX}{name.upper()}": _default(name) for name in Settings.model_fields}


def test_the_example_file_holds_every_setting_and_changes_none() -> None:
    """`.env.example` names each setting once; a value that it gives is the default, so copying it changes nothing."""
    lines = [line for line in _text(ROOT / ".env.example").splitlines() if line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    assert len(given) == len(lines)
    assert set(given) == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert {name: value for name, value in given.items() if value} == {
        name: _default(name.removeprefix(PREFIX).lower()) for name, value in given.items() if value
    }


def test_every_secret_can_come_from_a_file() -> None:
    """Each secret of the class has its twin that ends in `_FILE`."""
    assert {f"{name}_file" for name in SECRETS} <= set(Settings.model_fields)


def test_every_command_stands_in_the_readme_with_its_options() -> None:
    """The table of commands has a row for each command, no other row, and exactly the command's own options."""
    rows = _table(README, "command").items()
    assert {name: set(re.findall(r"--[a-z-]+", cells[1])) for name, cells in rows} == _commands()


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_what_is_to_be_typed_exists(file: Path) -> None:
    """Each `telementor …` of a document is a command, and each option behind it one of its own."""
    known = _commands()
    for line in _typed(file):
        command = max((name for name in known if f"{line} ".startswith(f"{name} ")), key=len, default=None)
        assert command is not None, line
        assert set(re.findall(r"--[a-z-]+", line)) <= known[command] | _EVERY_COMMAND_HAS, line


def test_every_chat_command_stands_in_the_readme() -> None:
    """The README's table of what people can do has each command of the chat, and STOP and START."""
    said = " ".join(_table(README, "what they write"))
    assert [name for name in WHO_MAY if f"/{name}" not in said] == []
    assert "STOP" in said
    assert "START" in said


@pytest.mark.parametrize(
    "names",
    [
        Kind,
        MessageState,
        OutboxState,
        DeliveryStatus,
        PersonState,
        AddressState,
        MatchState,
        ContactKind,
        AgeBand,
        ParentalConsent,
        sorted(_ATTACHMENTS | {"unknown", "edit", "forward", *_MARKS, *_OTHER_REACTIONS}),
    ],
    ids=lambda names: getattr(names, "__name__", "attachments"),
)
def test_every_kind_and_state_is_explained(names: list[str]) -> None:
    """Whatever a transcript or a list can show is explained in docs/records.md."""
    explained = _code(ROOT / "docs/records.md")
    assert [str(name) for name in names if str(name) not in explained] == []


def test_rules_are_explained_in_the_words_that_people_read() -> None:
    """docs/content.md has each category with what its alert says, each severity, each kind of contact detail's mark."""
    file = ROOT / "docs/content.md"
    content = shipped_content()
    categories = _table(file, "category")
    assert set(categories) == {*CATEGORIES, SCAN_FAILED, SEVERAL, ATTEMPTS, *TOLD}
    for name, (said,) in categories.items():
        assert said.startswith(content.texts.say(f"category-{name}", "en-GB"))
    assert set(_table(file, "severity")) == {severity.value for severity in Severity}
    assert {name: cells[-1] for name, cells in _table(file, "kind").items()} == dict(content.contact_rules.marks)
    assert set(content.contact_rules.marks) == set(KINDS)


def test_the_notation_of_hours_can_be_read() -> None:
    """Every example of docs/content.md for hours is one that the program reads."""
    rows = _table(ROOT / "docs/content.md", "notation")
    for row in rows:
        for example in row.split("`, `"):
            assert parse_hours(example) != ALWAYS, example
    assert len(rows) == 4


def test_every_language_is_named() -> None:
    """The languages that people can be written to in stand in docs/content.md."""
    assert shipped_content().texts.languages() <= _code(ROOT / "docs/content.md")


@pytest.fixture
def examples(tmp_path: Path) -> Content:
    """The content with the examples of docs/content.md laid over it, each in the file that its first line names."""
    blocks = re.findall(r"```(?:toml|ftl)\n# (\S+)\n(.*?)```", _text(ROOT / "docs/content.md"), re.DOTALL)
    assert len(blocks) >= 5
    for name, lines in blocks:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        # Several examples may be parts of one file.
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(before + lines, encoding="utf-8")
    return load_content(tmp_path)


def test_the_examples_of_an_own_folder_work(examples: Content) -> None:
    """Every example of docs/content.md can be copied as it stands, and does what is said of it."""
    assert examples.programmes["mentoring"].name == "Harbour Mentoring"
    assert examples.programmes["mentoring"].hours().closed == {date(2026, 12, 25), date(2026, 12, 26)}
    assert examples.programmes["mentoring"].contact_hours == "mon-fri 08:00-21:00, sat 10:00-18:00"
    assert "Harbour Mentoring" in examples.texts.say("stranger", "en-GB")
    assert "02079460321" in examples.contact_rules.helplines
    assert list(broken_examples(examples)) == []
    severities = {one.rule.id: one.rule.severity for one in examples.lexicon.rules}
    assert severities["local-bando"] is Severity.HIGH
    assert severities["suicide-denied"] is Severity.HIGH


def test_the_deployment_names_the_paths_that_answer() -> None:
    """The proxies of docs/deployment.md pass on exactly the paths of the channels."""
    paths = {telegram.HOOK_PATH, sms.MESSAGE_PATH, sms.STATUS_PATH}
    text = _text(ROOT / "docs/deployment.md")
    caddy, nginx = re.search(r"@webhooks path (.*)", text), re.search(r"location ~ \^/\((.*)\)\$", text)
    assert caddy is not None
    assert nginx is not None
    assert set(caddy[1].split()) == paths
    assert {f"/{path}" for path in nginx[1].split("|")} == paths


def test_the_bench_table_is_the_bench() -> None:
    """The README's table of figures has the figures of the bench, with their bounds."""
    written = {name: (cells[1].split()[-1], cells[2]) for name, cells in _table(README, "figure").items()}
    assert written == {figure.name: (f"{figure.must:g}", f"{figure.goal:g}") for figure in FIGURES}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_no_link_leads_nowhere(file: Path) -> None:
    """Each link to a file of the project leads to one, and each link to a heading to a heading."""
    prose = re.sub(r"```.*?```", "", _text(file), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith("https://"):
            continue
        name, _, heading = target.partition("#")
        linked = file.parent / name if name else file
        assert linked.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", _text(linked), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", found).strip().lower().replace(" ", "-") for found in headings}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_documents_name_no_package_index_and_no_machine(file: Path) -> None:
    """No document depends on where its writer got packages from, or on folders of their machine."""
    assert re.findall(r"(?i)pypi|index-url|/simple\b|(?<!\w)/(?:work|root|home|tmp|Users)/", _text(file)) == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_numbers_in_documents_belong_to_nobody(file: Path) -> None:
    """Every phone number is from Ofcom's ranges for drama: 07700 900000 to 900999, 020 7946 0000 to 0999."""
    found = [
        phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        for match in PhoneNumberMatcher(_text(file), "GB", leniency=phonenumbers.Leniency.POSSIBLE)
        if len(str(match.number.national_number)) == 10
    ]
    assert [number for number in found if not number.startswith(("+447700900", "+442079460"))] == []


def test_the_picture_is_small_and_as_wide_as_said() -> None:
    """The picture of the demo is a PNG of 1366 × 768 below 250 KB."""
    picture = (ROOT / "docs/demo.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (1366, 768)
    assert len(picture) < 250_000
