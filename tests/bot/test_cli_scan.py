"""Tests of `telementor scan`."""

import io
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import scan
from bot.cli.commands import app
from content import contact_details
from handlers import screening
from tests.bot.cli_fixtures import cli
from tests.bot.cli_tools import TYPED, Cli
from tests.logs import kept_logs

__all__ = ["cli"]

PLAIN = {"messages": ["see you at the library"], "sender": "mentee"}
NOTHING = {"contact_details": [], "safeguarding": [], "delivered": ["see you at the library"]}
RULE = """
[[rule]]
id = "own-blue-dragon"
category = "criminal_exploitation"
severity = "high"
phrases = ["meet the blue dragon"]
finds = ["he said meet the blue dragon"]
passes = ["i drew a blue dragon"]
"""


def _scan(*lines: object, words: tuple[str, ...] = ()) -> tuple[list[Any], str]:
    """The answers to lines (bytes as they are, all else as JSON), and what went to standard error."""
    raw = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    with kept_logs():
        result = CliRunner().invoke(app, ["scan", *words], input=raw, prog_name="telementor")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


@contextmanager
def _process() -> Iterator[subprocess.Popen[str]]:
    script = shutil.which("telementor", path=str(Path(sys.executable).parent))
    assert script is not None
    with subprocess.Popen(  # noqa: S603 - our own program
        [script, "scan"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("cli")
def test_it_streams() -> None:
    """Each answer is there before the next line is written; the end of the input is the end, with status 0."""
    with _process() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in ("see you at the library", f"ring {TYPED}"):
            process.stdin.write(json.dumps({"messages": [text]}) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert len(answer["contact_details"]) == text.startswith("ring")
        rest, log = process.communicate(timeout=30)
    assert (process.returncode, rest, log) == (0, "", "")


@pytest.mark.usefixtures("cli")
def test_both_engines_answer_in_the_places_of_the_text() -> None:
    """A finding says in which message and where; what is delivered has the mark, all else is as it was."""
    texts = [f"ring {TYPED}", "see you at the library", "i want to kill myself"]
    ((answer,), said) = _scan({"messages": texts, "sender": "mentee"})
    (detail,), (concern, *_) = answer["contact_details"], answer["safeguarding"]
    assert texts[0][detail["start"] : detail["end"]] == TYPED
    assert (detail["message"], detail["kind"], detail["sure"]) == (0, "phone", "certain")
    assert (concern["message"], concern["category"], concern["severity"]) == (2, "suicide", "immediate")
    assert "kill myself" in texts[2][concern["start"] : concern["end"]]
    assert {"rule", "why", "sure"} < set(concern) & set(detail)
    assert answer["delivered"] == ["ring [number removed]", *texts[1:]]
    assert said == ""


@pytest.mark.usefixtures("cli")
def test_each_message_is_judged_with_those_before_it_in_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that may need them gets the twelve messages before, as they were written; the side is the sender's."""
    asked: list[tuple[str, object, tuple[str, ...]]] = []

    def find(text: str, _lexicon: object, side: object, before: tuple[str, ...]) -> tuple[()]:
        asked.append((text, side, tuple(before)))
        return ()

    monkeypatch.setattr(screening, "find_safeguarding", find)
    monkeypatch.setattr(contact_details, "may_continue", lambda _text, _rules: True)
    texts = [f"{number} ring {TYPED}" for number in range(14)]
    _scan({"messages": texts, "sender": "mentor"}, {"messages": texts[:2]})
    assert asked[13] == (texts[13], "mentor", tuple(texts[1:13]))
    assert asked[14:] == [(texts[0], None, ()), (texts[1], None, (texts[0],))]


@pytest.mark.usefixtures("cli")
def test_an_engine_that_fails_answers_as_the_relay_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed scan is a hit of severity high; a failed filter delivers nothing."""

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(screening, "find_safeguarding", fail)
    monkeypatch.setattr(screening, "find_contact_details", fail)
    ((answer,), _) = _scan(PLAIN)
    assert [(one["category"], one["severity"]) for one in answer["safeguarding"]] == [("scan_failed", "high")]
    assert answer["safeguarding"][0]["why"] == "The scan itself failed on this message: somebody has to read it."
    assert answer["delivered"] == [None]


@pytest.mark.usefixtures("cli")
@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"", "isn't JSON"),
        (b'{"messages": ["a"]', "isn't JSON"),
        (b"[" * 100_000, "isn't JSON"),
        (b'{"messages": ["\xff"]}', "isn't UTF-8"),
        (b"[]", "must be an object"),
        (b"{}", '"messages" must be a list of texts'),
        (b'{"messages": "a"}', '"messages" must be a list of texts'),
        (b'{"messages": ["a", 1]}', '"messages" must be a list of texts'),
        (b'{"messages": [], "sender": "coordinator"}', '"mentee" or "mentor"'),
        (b'{"messages": [], "sender": 1}', '"mentee" or "mentor"'),
        (b'{"messages": ["' + b"a" * scan.LONGEST_LINE + b'"]}', "longer than 1,000,000 bytes"),
        (b'{"messages": ["' + b"a" * 3 * scan.LONGEST_LINE + b'"]}', "longer than 1,000,000 bytes"),
    ],
    ids=lambda value: ascii(value[:30]),
)
def test_a_bad_line_gets_a_sentence_in_its_place(line: bytes, says: str) -> None:
    """The lines before and after it are judged as ever, and nothing of the line is in the sentence."""
    (first, bad, last), _ = _scan(PLAIN, line, PLAIN)
    assert first == last == NOTHING
    assert list(bad) == ["error"]
    assert says in bad["error"]


@pytest.mark.usefixtures("cli")
def test_what_lines_may_look_like() -> None:
    """A mark of the encoding, more keys, no sender, no messages, half a surrogate pair, no line feed at the end."""
    answers, _ = _scan(
        b"\xef\xbb\xbf" + json.dumps(PLAIN | {"id": 7, "sender": None}).encode(),
        {"messages": []},
        {"messages": ["\ud800"]},
    )
    assert answers[0] == NOTHING
    assert answers[1] == {"contact_details": [], "safeguarding": [], "delivered": []}
    assert answers[2]["delivered"]
    last = io.BytesIO(b"one\ntwo")
    assert list(scan._lines(last)) == [b"one\n", b"two"]


def test_a_line_that_is_too_long_is_never_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read in pieces of the limit, up to its end or that of the input; a line of just the limit is taken."""
    monkeypatch.setattr(scan, "LONGEST_LINE", 4)

    class Source(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            assert size == 5
            return super().readline(size)

    assert list(scan._lines(Source(b"1234\n12345\n123456789\n12\n123456"))) == [b"1234\n", None, None, b"12\n", None]


def _own(folder: Path, text: str, name: str = "lexicons/own.toml") -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return str(folder)


@pytest.mark.usefixtures("cli")
def test_two_contents_are_compared(tmp_path: Path) -> None:
    """For each line only what differs, in order; the sums at the end. What both find is not shown."""
    other = _own(tmp_path / "other", RULE)
    lines = [PLAIN, {"messages": ["i want to kill myself", "meet the blue dragon"]}, b"x"]
    answers, said = _scan(*lines, words=("--compare", other))
    assert answers[0] == {}
    assert list(answers[1]) == ["safeguarding"]
    assert list(answers[1]["safeguarding"]) == ["only_there"]
    (found,) = answers[1]["safeguarding"]["only_there"]
    assert (found["message"], found["rule"]) == (1, "own-blue-dragon")
    assert "isn't JSON" in answers[2]["error"]
    assert said.strip() == (
        "1 of 2 texts differ, 0 in what is delivered. Contact details: 0 only here, 0 only there, 0 changed. "
        "Safeguarding: 0 only here, 1 only there, 0 changed (0 in severity). 1 bad lines."
    )


def _changes(here: dict[str, str], there: dict[str, str], folder: Path, patch: pytest.MonkeyPatch, text: str) -> Any:  # noqa: ANN401 - any document
    """What is told of one text between two own folders of these files, and the sums."""
    for name, files in (("here", here), ("there", there)):
        (folder / name).mkdir()
        for file, content in files.items():
            _own(folder / name, content, file)
    patch.setenv("TELEMENTOR_CONTENT_DIR", str(folder / "here"))
    ((differs,), said) = _scan({"messages": ["ok", text]}, words=("--compare", str(folder / "there")))
    return differs, said


@pytest.mark.usefixtures("cli")
@pytest.mark.parametrize(
    ("changed", "there"),
    [
        ({"severity": "concern"}, {"severity": "concern"}),
        ({"why": "Ours."}, {"why": "Ours."}),
        ({"sure": "certain"}, {"sure": "certain"}),
        ({"category": "missing"}, {"category": "missing"}),
        ({"id": "another-rule"}, {"rule": "another-rule"}),
        ({"phrases": ["blue dragon"]}, {"start": 9, "words": "blue dragon"}),
        ({"phrases": ["meet the blue dragon now"]}, {"end": 24, "words": "meet the blue dragon now"}),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_found_otherwise(
    changed: dict[str, Any], there: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another severity, reason, rule, category or other words of a finding are told beside it, and nothing else."""
    rule = {"why": "A meeting."} | tomllib.loads(RULE)["rule"][0]
    rules = {"lexicons/own.toml": _toml(rule)}, {"lexicons/own.toml": _toml(rule | changed)}
    differs, said = _changes(*rules, tmp_path, monkeypatch, "meet the blue dragon now")
    (found,) = differs.pop("safeguarding").pop("changed")
    assert differs == {}
    assert (found["message"], found["rule"], found["words"]) == (1, "own-blue-dragon", "meet the blue dragon")
    assert found["there"] == there
    assert f"1 changed ({int('severity' in there)} in severity)" in said


@pytest.mark.usefixtures("cli")
def test_a_detail_that_is_delivered_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same detail with another mark, and one that another rule calls another kind: what goes out is told."""
    mark = {"contact_details.toml": '[marks]\nphone = "[phone gone]"\n'}
    differs, said = _changes({}, mark, tmp_path, monkeypatch, f"ring {TYPED}")
    assert differs == {
        "delivered": [{"message": 1, "here": "ring [number removed]", "there": "ring [phone gone]"}],
    }
    assert said.startswith(
        "1 of 1 texts differ, 1 in what is delivered. Contact details: 0 only here, 0 only there, 0 ch"
    )


@pytest.mark.usefixtures("cli")
def test_a_detail_of_another_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one content takes for an invitation and the other for a username is one detail that has changed."""
    rule = (
        '[[rule]]\nid = "own{more}"\nkind = "{kind}"\nsure = "certain"\nwhy = "Said on zork."\n'
        'phrases = ["{phrase}"]\nfinds = ["on zork as me"]\npasses = ["zork"]\n'
    )
    here = {"details/own.toml": rule.format(kind="platform_move", more="-a", phrase="on zork as")}
    there = {"details/own.toml": rule.format(kind="handle", more="-b", phrase="on zork as blob")}
    differs, _ = _changes(here, there, tmp_path, monkeypatch, "on zork as blob")
    (found,) = differs["contact_details"]["changed"]
    assert list(differs["contact_details"]) == ["changed"]
    assert (found["kind"], found["words"]) == ("platform_move", "on zork as")
    assert found["there"] == {"kind": "handle", "rule": "own-b", "end": 15, "words": "on zork as blob"}
    assert differs["delivered"][0]["there"] == "[username removed]"


def _toml(rule: dict[str, Any]) -> str:
    """A rule as a file has it."""
    return "[[rule]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rule.items())


def test_the_service_s_own_content_is_what_is_here(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the setting is in use; against another one its rule has another severity, or is only here."""
    here, lower = _own(tmp_path / "here", RULE), _own(tmp_path / "lower", RULE.replace('"high"', '"concern"'))
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("TELEMENTOR_CONTENT_DIR", here)
    line = {"messages": ["meet the blue dragon"]}
    ((differs,), said) = _scan(line, words=("--compare", lower))
    (found,) = differs["safeguarding"]["changed"]
    assert (found["severity"], found["there"]) == ("high", {"severity": "concern"})
    assert "1 changed (1 in severity)." in said
    ((differs,), _) = _scan(line, words=("--compare", str(tmp_path / "empty")))
    assert list(differs["safeguarding"]) == ["only_here"]
    assert "no such folder" in cli.error("scan", "--compare", "nowhere")
