"""What libraries say of a mistake, in words for the person who edits the file."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ValidationError

# A key, empty for the table as a whole, and what is wrong with it.
Mistake = tuple[str, str]

_LIST = 'must be a list in brackets, like ["one", "two"]'
_NUMBER = "must be a number, without quotation marks"
_WHOLE = "must be a whole number, without quotation marks"
_YES_NO = "must be true or false, in small letters and without quotation marks"
_TABLE = "must be a table of keys"
# By the types of pydantic's errors.
_VALUES = {
    "bool_parsing": _YES_NO,
    "bool_type": _YES_NO,
    "dict_type": _TABLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "list_type": _LIST,
    "model_type": _TABLE,
    "string_type": "must be text in quotation marks",
    "too_short": "there must be at least one",
    "tuple_type": _LIST,
}
# By what follows the start of pydantic's sentence about a text that is written in another way than it must be.
_PATTERN = re.compile(r"String should match pattern '(.*)'")
_WRITTEN = {
    r"^[a-z][a-z0-9-]{0,59}$": 'must be small letters, digits and hyphens, like "local-slang"',
    r"^[a-z][a-z0-9-]{0,39}$": 'must be small letters, digits and hyphens, like "north"',
    r"^\[[a-zA-Z ]{1,40}\]$": 'must be letters in square brackets, like "[number removed]"',
    r"^[0-9][0-9 ]*$": 'must be figures and spaces only, like "020 7946 0000"',
    r"^[a-z0-9-]+(\.[a-z0-9-]+)+$": 'must be a name in small letters without "https://", like "example.org.uk"',
    r"^([01]\d|2[0-3]):[0-5]\d$": 'must be a time of day, like "09:00"',
}
# By the beginnings of what `tomllib` says.
_TOML = {
    "Cannot overwrite": "this key stands here twice",
    "Cannot declare": "this table stands here twice; rules begin with [[rule]] in double brackets",
    "Expected '='": 'a line is a key, "=" and a value, like severity = "high"',
    "Expected newline": 'something stands behind the value (a quotation mark within a text is written \\")',
    "Illegal character '\\n'": "a quotation mark isn't closed on this line",
    "Invalid statement": 'a line is a key, "=" and a value, like severity = "high"',
    "Invalid value": "a text stands in quotation marks, a list in brackets, and true and false have small letters",
    "Unclosed array": "a bracket before this isn't closed, or a comma is missing between two texts",
    "Unescaped": 'a backslash within a text is written twice ("\\\\")',
    "Unterminated string": "a quotation mark isn't closed",
}


def in_toml(said: str) -> str:
    """Say what is wrong with a file, of what `tomllib` says about it."""
    known = (sentence for begins, sentence in _TOML.items() if said.startswith(begins))
    return next(known, said.split(" (at ", maxsplit=1)[0].rstrip("."))


def not_lists(model: type[BaseModel], values: Mapping[str, object]) -> list[Mistake]:
    """Find what isn't a list where a list of texts belongs: to Python a single text is a list of its letters."""
    return [
        (key, f"{key}: {_LIST}.")
        for key, value in values.items()
        if not isinstance(value, list) and _annotation(model, key) == tuple[str, ...]
    ]


def _annotation(model: type[BaseModel], key: str) -> object:
    """Say what a key must be, or every key where the model has none of its own."""
    if root := model.model_fields.get("root"):
        annotation = get_args(root.annotation)[-1]
        return next(iter(get_args(annotation)), annotation)
    return model.model_fields[key].annotation if key in model.model_fields else None


def in_values(error: ValidationError, model: type[BaseModel], values: Mapping[str, object]) -> list[Mistake]:
    """Say what is wrong with the values of a table, each thing once."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    absent = [str(detail["loc"][0]) for detail in details if detail["type"] == "missing" and len(detail["loc"]) == 1]
    mistakes: list[Mistake] = []
    for detail in details:
        key = str(detail["loc"][0]) if detail["loc"] else ""
        # A key of a table within the table is named with it: "boundaries.late".
        inner = detail["loc"][1:2] if isinstance(values.get(key), dict) else ()
        named = ".".join(map(str, (key, *inner)))
        match detail["type"]:
            case "extra_forbidden" if not inner and (meant := nearest(key, model.model_fields)):
                # The one that seemed to be missing may be it.
                absent = [name for name in absent if name != meant]
                mistakes.append((key, f'Unknown key "{key}": did you mean "{meant}"?'))
            case "extra_forbidden":
                mistakes.append((key, f'Unknown key "{named}".'))
            case "missing" if len(detail["loc"]) == 1:
                pass
            case "missing":
                mistakes.append((key, f'The key "{named}" is missing.'))
            case _:
                said = _said(detail["type"], detail["msg"])
                mistakes.append((key, f"{named}: {said}." if key else f"{said}."))
    return list(dict.fromkeys([*mistakes, *_missing(absent)]))


def _missing(keys: list[str]) -> Iterator[Mistake]:
    quoted = [f'"{key}"' for key in keys]
    if len(quoted) == 1:
        yield keys[0], f"The key {quoted[0]} is missing."
    elif quoted:
        yield keys[0], f"The keys {', '.join(quoted[:-1])} and {quoted[-1]} are missing."


def nearest(name: str, known: Collection[str]) -> str | None:
    """Give the name that may have been meant; None where none is near."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), None)


def _said(kind: str, said: str) -> str:
    if found := _PATTERN.fullmatch(said):
        return _WRITTEN.get(found[1], f"must be written as {found[1]} says")
    plain = re.sub(r"^(Input|Value|String) should\b", "must", said.removeprefix("Value error, ")).replace(
        "be True", "be true"
    )
    return _VALUES.get(kind, plain.rstrip("."))
