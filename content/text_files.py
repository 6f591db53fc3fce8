"""Read the Fluent files of texts: merge, check, and prepare them for `Texts`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fluent.runtime import FluentBundle
from fluent.runtime.types import fluent_number
from fluent.syntax import FluentParser, ast

from content.problems import ContentError, Problem
from content.sources import read_source
from content.texts import Fill, Texts

# Every language is measured against this one; its easy-read form may leave texts out.
REFERENCE = "en-GB"
_EASY = "-easy"
# Fluent's own limit for a value put into a text with choices is 2,500 characters, less than a message may have.
_LONG_VALUE = "words"
_REFERENCES = (ast.MessageReference, ast.TermReference, ast.FunctionReference)


@dataclass(frozen=True, slots=True)
class _Text:
    """One message of a file."""

    message: ast.Message
    file: Path
    line: int

    def problem(self, sentence: str) -> Problem:
        return Problem(self.file, self.line, f"{self.message.id.name}: {sentence}")


def load_texts(shipped: Path, own: Path | None) -> Texts:
    """Read `texts/*.ftl` of both folders; a text of the service's own replaces the shipped one of the same key.

    Raises `ContentError` for what isn't Fluent, a key or variable that the reference language hasn't, a text with
    choices around somebody's words, and a key missing from a language that isn't easy-read.
    """
    languages = _read_folder(shipped)
    reference = dict(languages[REFERENCE])
    expected = {key: _variables(text.message) for key, text in reference.items()}
    for language, texts in (_read_folder(own) if own else {}).items():
        languages.setdefault(language, {}).update(texts)
    problems: list[Problem] = []
    for language, texts in languages.items():
        for key, text in texts.items():
            problems += _mistakes(text, expected.get(key))
        if not language.endswith(_EASY):
            problems += [
                Problem((own or shipped) / "texts" / f"{language}.ftl", 1, f'The text "{key}" is missing.')
                for key in reference
                if key not in texts
            ]
    if problems:
        raise ContentError(problems)
    return Texts({language: _fills(language, _complete(language, languages)) for language in languages})


def _complete(language: str, languages: Mapping[str, Mapping[str, _Text]]) -> dict[str, _Text]:
    """Fill the gaps of an easy-read language: first from the language that it makes easy, then from the reference."""
    below = languages.get(language.removesuffix(_EASY), {})
    return {**languages[REFERENCE], **below, **languages[language]}


def _read_folder(folder: Path) -> dict[str, dict[str, _Text]]:
    """Read the texts of each language of a folder."""
    languages: dict[str, dict[str, _Text]] = {}
    problems: list[Problem] = []
    for file in sorted((folder / "texts").glob("*.ftl")):
        try:
            languages[file.stem] = _read(file)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return languages


def _read(file: Path) -> dict[str, _Text]:
    source = read_source(file)
    texts: dict[str, _Text] = {}
    problems = []
    for entry in FluentParser().parse(source).body:
        line = source.count("\n", 0, entry.span.start if entry.span else 0) + 1
        if isinstance(entry, ast.Junk):
            problems += [_junk(file, source, entry, line)]
        elif isinstance(entry, ast.Term):
            problems += [Problem(file, line, "Terms (-name = …) aren't used here; write the words out.")]
        elif isinstance(entry, ast.Message):
            if entry.id.name in texts:
                problems += [Problem(file, line, f'The text "{entry.id.name}" stands here twice.')]
            texts[entry.id.name] = _Text(entry, file, line)
    if problems:
        raise ContentError(problems)
    return texts


def _junk(file: Path, source: str, junk: ast.Junk, line: int) -> Problem:
    said = "this isn't a text"
    for annotation in junk.annotations[:1]:
        said = annotation.message or said
        if annotation.span:
            line = source.count("\n", 0, min(annotation.span.start, len(source) - 1)) + 1
    return Problem(file, line, f"This isn't Fluent: {said}.")


def _mistakes(text: _Text, expected: frozenset[str] | None) -> Iterator[Problem]:
    if expected is None:
        yield text.problem("there is no text of this name to change.")
        return
    if text.message.value is None or text.message.attributes:
        yield text.problem("a text is words after the equals sign, without attributes.")
        return
    for name in sorted(_variables(text.message) - expected):
        yield text.problem(f"this text has no {{ ${name} }}.")
    if any(isinstance(node, _REFERENCES) for node in _nodes(text.message)):
        yield text.problem("texts don't refer to each other or to functions.")
    elif _template(text.message) is None and _LONG_VALUE in _variables(text.message):
        yield text.problem(f"{{ ${_LONG_VALUE} }} may be long, so this text can't have choices.")


def _nodes(node: object) -> Iterator[ast.BaseNode]:
    """Walk over a syntax tree."""
    if isinstance(node, ast.BaseNode):
        yield node
        for child in vars(node).values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _variables(message: ast.Message) -> frozenset[str]:
    return frozenset(node.id.name for node in _nodes(message.value) if isinstance(node, ast.VariableReference))


def _template(message: ast.Message) -> str | None:
    """Turn a text without choices into a format string for `str.format_map`; None for a text with choices.

    `FluentBundle.format_pattern` takes about 10 µs a text, this 0.3 µs, and it has no limit to a value's length.
    """
    parts = []
    for element in message.value.elements if message.value else []:
        match element:
            case ast.TextElement(value=words):
                parts.append(words.replace("{", "{{").replace("}", "}}"))
            case ast.Placeable(expression=ast.VariableReference(id=variable)):
                parts.append("{" + variable.name + "}")
            case ast.Placeable(expression=ast.StringLiteral() as literal):
                parts.append(str(literal.parse()["value"]).replace("{", "{{").replace("}", "}}"))
            case _:
                return None
    return "".join(parts)


def _fills(language: str, texts: Mapping[str, _Text]) -> dict[str, Fill]:
    fills: dict[str, Fill] = {}
    bundle = FluentBundle([language.removesuffix(_EASY)], use_isolating=False)
    for key, text in texts.items():
        template = _template(text.message)
        if template is None:
            bundle.add_resource(ast.Resource([text.message]))
            fills[key] = partial(_format, bundle, key, _variables(text.message))
        else:
            fills[key] = template.format_map
    return fills


def _format(bundle: FluentBundle, key: str, variables: frozenset[str], values: Mapping[str, str | int]) -> str:
    """Fill a text with choices. Raises `KeyError` when a variable has no value, whether or not it is chosen."""
    given: dict[str, object] = {}
    for name in variables:
        value = values[name]
        # A case number is read "case 1234", never "case 1,234".
        given[name] = fluent_number(value, useGrouping=False) if isinstance(value, int) else value
    pattern = bundle.get_message(key).value
    words, errors = bundle.format_pattern(pattern, given) if pattern else ("", [])
    if errors:
        raise KeyError("a value doesn't fit")
    return str(words)
