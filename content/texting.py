"""The short forms of texting: `texting.toml` read and checked. What they are for: see `content.readings`."""

from collections.abc import Mapping
from pathlib import Path

from content.folding import plain_character
from content.overlays import own_over_shipped
from content.problems import ContentError, Problem
from content.tables import read_section, section_names

FILE = "texting.toml"
_FORMS = "forms"
_MOST_WORDS = 2


def load_short_forms(shipped: Path, own: Path | None) -> Mapping[str, str]:
    """Read `texting.toml` of both folders, the service's own laid over form by form; false takes a form away.

    What each form means is in plain form, without apostrophes. Raises `ContentError` with every problem.
    """
    problems: list[Problem] = []
    merged: dict[str, str] = {}
    for file in own_over_shipped(FILE, shipped, own):
        problems += [
            Problem(file, line, f'Unknown table "{name}".') for name, line in section_names(file) if name != _FORMS
        ]
        table = read_section(file, _FORMS)
        for form, meaning in table.values.items():
            if sentence := _mistake(form, meaning):
                problems.append(table.problem(form, f"{form}: {sentence}"))
            elif meaning is False:
                merged.pop(form, None)
            else:
                merged[form] = str(meaning)
    if problems:
        raise ContentError(problems)
    return merged


def _mistake(form: str, meaning: object) -> str | None:
    """Say what is wrong with an entry."""
    if not _is_plain(form) or len(form.split()) > _MOST_WORDS:
        return 'write a form in small letters, as one word or two, without apostrophes, like "dnt" or "want 2".'
    if meaning is False:
        return None
    if not isinstance(meaning, str) or not _is_plain(meaning) or not all(word.isalpha() for word in meaning.split()):
        return "write what it means in small letters, without apostrophes; false takes a form away."
    return None


def _is_plain(words: str) -> bool:
    """Whether words are as they are looked up: plain, with one space between."""
    return bool(words) and "'" not in words and words == " ".join(words.split()) == plain_character.fold(words)
