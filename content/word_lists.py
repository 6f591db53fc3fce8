"""What all rules of the lexicon share, read from `words.toml`: lists of words, spellings, negation and frames."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model

from content.overlays import own_over_shipped
from content.phrases import PhraseError, PhraseReader
from content.problems import ContentError, Problem
from content.quotations import Quoting
from content.tables import Table, read_section, section_names, validate
from content.texting import load_short_forms
from content.wording import Spelling

FILE = "words.toml"

Model = TypeVar("Model", bound=BaseModel)
Words = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Negation(BaseModel):
    """How people say that something isn't so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Phrases that deny what comes up to `reach` words after them.
    before: Words
    reach: int
    # Words that end what a denial before them speaks of.
    ends: Words
    # Phrases that look like a denial and are none.
    not_these: Words
    # Phrases that take back or put in the past what stands anywhere in the same message.
    anywhere: Words


class _Ordinary(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words
    # Words that nearly every text has, so that they say little about what it may be about.
    common: Words


@dataclass(frozen=True, slots=True)
class WordLists:
    """What all rules share."""

    # Reads phrases, in which the lists of the file may be named.
    phrases: PhraseReader
    frames: Mapping[str, tuple[str, ...]]
    negation: Negation
    quoting: Quoting
    common: frozenset[str]
    spelling: Spelling
    # Short forms of texting; see `content.texting`.
    short_forms: Mapping[str, str]


def load_word_lists(shipped: Path, own: Path | None) -> WordLists:
    """Read the file of both folders; a key of the service's own replaces the shipped one of its name.

    Raises `ContentError` with every problem.
    """
    files = own_over_shipped(FILE, shipped, own)
    sections = {"lists": Words, "frames": Words, "forms": str}
    strangers = [
        Problem(file, line, f'Unknown key "{name}".')
        for file in files
        for name, line in section_names(file)
        if name not in {*sections, "negation", "quotation", "ordinary"}
    ]
    if strangers:
        raise ContentError(strangers)
    read = {name: _entries(files, name, kind) for name, kind in sections.items()}
    ordinary = _model(files, "ordinary", _Ordinary)
    common = frozenset(ordinary.common)
    spelling = Spelling(read["forms"], ordinary=common | frozenset(ordinary.words))
    phrases = PhraseReader(spelling.words, read["lists"])
    negation = _model(files, "negation", Negation)
    quoting = _model(files, "quotation", Quoting)
    unreadable = [
        problem
        for name, values in (("lists", read["lists"]), ("frames", read["frames"]), ("negation", _phrases_of(negation)))
        for problem in _unreadable(_laid(files, name), values, phrases)
    ]
    if unreadable:
        raise ContentError(unreadable)
    return WordLists(
        phrases=phrases,
        frames=read["frames"],
        negation=negation,
        quoting=quoting,
        common=common,
        short_forms=load_short_forms(shipped, own),
        spelling=spelling,
    )


def _phrases_of(negation: Negation) -> Mapping[str, Words]:
    return {name: getattr(negation, name) for name in ("before", "not_these", "anywhere")}


def _unreadable(table: Table, values: Mapping[str, Words], phrases: PhraseReader) -> Iterator[Problem]:
    """List what can't be read, a ring of lists among it, where it is written."""
    for key, words in values.items():
        for phrase in words:
            try:
                phrases.read(phrase)
            except PhraseError as error:
                # Whatever names a list that can't be read is all right itself.
                if not error.lists or key in error.lists:
                    yield table.problem(key, f"{key}: {error}.")


def _entries(files: list[Path], name: str, kind: object) -> dict:  # type: ignore[type-arg]  # by `kind`
    entries: dict[str, object] = {}
    for file in files:
        table = read_section(file, name)
        model = create_model("Entries", **dict.fromkeys(table.values, (kind, ...)))  # type: ignore[call-overload]
        entries |= dict(validate(model, table))
    return entries


def _model(files: list[Path], name: str, model: type[Model]) -> Model:
    return validate(model, _laid(files, name))


def _laid(files: list[Path], name: str) -> Table:
    table = read_section(files[0], name)
    for file in files[1:]:
        table = read_section(file, name).laid_over(table)
    return table
