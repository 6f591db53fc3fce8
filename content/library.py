"""All content of a service: the shipped files with the service's own folder laid over them."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from content.contact_details import find_contact_details
from content.contact_rules import FILE as CONTACT_FILE
from content.contact_rules import ContactRules, load_contact_rules
from content.engines import Accumulation, Window, load_engines
from content.lexicon import Lexicon, load_lexicon
from content.phrases import forget_choices
from content.problems import ContentError, Problem
from content.programme import Programme, load_programmes
from content.sources import unread
from content.tables import forget_files
from content.text_files import load_texts
from content.texts import Texts

__all__ = ["Content", "ContentError", "load_content", "open_content"]

SHIPPED = Path(__file__).parent

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is data: what is said, by which programme, and what the rule engines look for."""

    texts: Texts
    # By `Programme.id`.
    programmes: Mapping[str, Programme]
    # Which earlier messages both engines are asked with.
    window: Window
    accumulation: Accumulation
    # Give what the engines look for, read once. They raise `ContentError` where content was opened, not loaded.
    read_contact_rules: Callable[[], ContactRules]
    read_lexicon: Callable[[], Lexicon]

    @property
    def contact_rules(self) -> ContactRules:
        """What the filter for contact details looks for."""
        return self.read_contact_rules()

    @property
    def lexicon(self) -> Lexicon:
        """What the safeguarding scan looks for."""
        return self.read_lexicon()


def load_content(folder: Path | None = None) -> Content:
    """Read and check all content; files in `folder` (the same names as here) add to, change or switch off entries.

    Raises `ContentError` with every problem of every file, one line each.
    """
    return _load(folder, everything=True)


def open_content(folder: Path | None = None) -> Content:
    """As `load_content`, but what the engines look for is read when it is first asked for: most commands need neither.

    Raises `ContentError` with every problem of the other files; those of these two come when they are read.
    """
    return _load(folder, everything=False)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nearly all that is made while content is loaded stays; to look for rubbish in it takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Neither now nor later: what is there already when content is loaded stays as well.
        gc.freeze()
        if collecting:
            gc.enable()


def _load(folder: Path | None, *, everything: bool) -> Content:
    problems: list[Problem] = unread(folder) if folder else []

    def part(load: Callable[[], Part]) -> Part | None:
        try:
            return load()
        except ContentError as error:
            problems.extend(error.problems)
            return None

    read_contact_rules, read_lexicon = _once(load_contact_rules, folder), _once(load_lexicon, folder)
    texts = part(lambda: load_texts(SHIPPED, folder))
    languages = texts.languages() if texts else None
    programmes = part(lambda: load_programmes(SHIPPED, folder, languages))
    engines = part(lambda: load_engines(SHIPPED, folder))
    if everything:
        contact_rules = part(read_contact_rules)
        part(read_lexicon)
        if contact_rules:
            problems += _marks_that_are_found(contact_rules, folder or SHIPPED)
    if texts is None or programmes is None or engines is None or problems:
        raise ContentError(problems)
    return Content(texts, programmes, engines.window, engines.accumulation, read_contact_rules, read_lexicon)


def _once(load: Callable[[Path, Path | None], Part], folder: Path | None) -> Callable[[], Part]:
    """Give what `load` reads, read once."""

    @cache
    def read() -> Part:
        with _without_collecting():
            loaded = load(SHIPPED, folder)
            forget_choices()
            forget_files()
            return loaded

    return read


def _marks_that_are_found(rules: ContactRules, folder: Path) -> list[Problem]:
    """A mark that is a contact detail itself would be taken out again and again."""
    rules = replace(rules, detectors=rules.detectors.in_marks_too())
    return [
        Problem(folder / CONTACT_FILE, 1, f"marks: the mark of {kind} looks like a contact detail itself.")
        for kind, mark in rules.marks.items()
        if find_contact_details(mark, rules)
    ]
