"""All content of a service: the shipped files with the service's own folder laid over them."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from content.contact_details import find_contact_details
from content.contact_rules import FILE as CONTACT_FILE
from content.contact_rules import ContactRules, load_contact_rules
from content.engines import Accumulation, Window, load_engines
from content.lexicon import Lexicon, load_lexicon
from content.problems import ContentError, Problem
from content.programme import Programme, load_programmes
from content.text_files import load_texts
from content.texts import Texts

__all__ = ["Content", "ContentError", "load_content"]

SHIPPED = Path(__file__).parent

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is data: what is said, by which programme, and what the rule engines look for."""

    texts: Texts
    # By `Programme.id`.
    programmes: Mapping[str, Programme]
    contact_rules: ContactRules
    lexicon: Lexicon
    # Which earlier messages both engines are asked with.
    window: Window
    accumulation: Accumulation


def load_content(folder: Path | None = None) -> Content:
    """Read and check all content; files in `folder` (the same names as here) add to, change or switch off entries.

    Raises `ContentError` with every problem of every file, one line each.
    """
    with _without_collecting():
        return _load(folder)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nearly all that is made while content is loaded stays; to look for rubbish in it takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _load(folder: Path | None) -> Content:
    problems: list[Problem] = []
    if folder and not folder.is_dir():
        raise ContentError([Problem(folder, 1, "There is no such folder.")])

    def part(load: Callable[[], Part]) -> Part | None:
        try:
            return load()
        except ContentError as error:
            problems.extend(error.problems)
            return None

    texts = part(lambda: load_texts(SHIPPED, folder))
    languages = texts.languages() if texts else None
    programmes = part(lambda: load_programmes(SHIPPED, folder, languages))
    contact_rules = part(lambda: load_contact_rules(SHIPPED, folder))
    lexicon = part(lambda: load_lexicon(SHIPPED, folder))
    engines = part(lambda: load_engines(SHIPPED, folder))
    if contact_rules:
        problems += _marks_that_are_found(contact_rules, folder or SHIPPED)
    if texts is None or programmes is None or contact_rules is None or lexicon is None or engines is None or problems:
        raise ContentError(problems)
    return Content(texts, programmes, contact_rules, lexicon, engines.window, engines.accumulation)


def _marks_that_are_found(rules: ContactRules, folder: Path) -> list[Problem]:
    """A mark that is a contact detail itself would be taken out again and again."""
    return [
        Problem(folder / CONTACT_FILE, 1, f"marks: the mark of {kind} looks like a contact detail itself.")
        for kind, mark in rules.marks.items()
        if find_contact_details(mark, rules)
    ]
