"""Whether each rule keeps its word: the examples in the content files, run through the rule that they stand beside."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from content import library
from content.by_weight import RULES
from content.classifier import FILE as CLASSIFIER_FILE
from content.classifier import Classifier
from content.contact_details import find_contact_details
from content.contact_rules import RULES_FOLDER, ContactRules
from content.lexicon import CATEGORIES, LEXICONS, Rule, compile_lexicon
from content.library import Content
from content.overlays import lay_rules, lay_sections, own_over_shipped
from content.problems import Problem
from content.safeguarding import find_safeguarding
from content.tables import Table, toml_files
from content.word_lists import WordLists

# Between successive messages of one sender in an example.
_NEXT = " / "


@dataclass(frozen=True, slots=True)
class Broken:
    """An example that a rule misses, or a near miss that it finds."""

    rule: str
    # The key under which it stands: `finds` or `passes`.
    key: str
    text: str

    def __str__(self) -> str:
        became = "misses its example" if self.key == "finds" else "finds its near miss"
        return f'The rule {self.rule} {became} "{self.text}"'


def broken_examples(content: Content, folder: Path | None = None) -> Iterator[Problem]:
    """What examples of `content`, read with this own folder, aren't kept, each where its rule stands.

    Each rule is tried alone: what another one finds in the same words says nothing about it.
    """
    lexicon, rules = content.lexicon, content.contact_rules
    scan = [one for compiled in lexicon.rules for one in broken_of_scan(compiled.rule, lexicon.lists)]
    weights = [*broken_of_weights(lexicon.classifier, lexicon.lists)] if lexicon.classifier else []
    details = [one for name in rules.rules for one in broken_of_filter(name, rules)]
    for broken, tables in (
        (scan, partial(_rules, LEXICONS)),
        (weights, _kinds),
        (details, partial(_rules, RULES_FOLDER)),
    ):
        if broken:
            places = tables(folder)
            yield from (_problem(one, places[one.rule], folder) for one in broken)


def broken_of_filter(name: str, rules: ContactRules) -> Iterator[Broken]:
    """The same for one rule about contact details."""
    rule = rules.rules[name]
    alone = replace(rules, rules={name: rule})
    for key, text in _examples(rule.finds, rule.passes):
        messages = text.split(_NEXT)
        found = any(find_contact_details(words, alone, messages[:at]) for at, words in enumerate(messages))
        if found is not (key == "finds"):
            yield Broken(name, key, text)


def broken_of_scan(rule: Rule, lists: WordLists) -> Iterator[Broken]:
    """The same for one rule of the scan."""
    side = rule.side if isinstance(rule.side, str) else None
    lexicon = compile_lexicon([rule], lists)
    for key, text in _examples(rule.finds, rule.passes):
        if any(find_safeguarding(text, lexicon, side)) is not (key == "finds"):
            yield Broken(rule.id, key, text)


def broken_of_weights(classifier: Classifier, lists: WordLists) -> Iterator[Broken]:
    """The same for the kinds of harm that are told by the weight of words."""
    lexicon = compile_lexicon([], lists, classifier)
    for kind, described in classifier.kinds.items():
        for key, text in () if described.off else _examples(described.finds, described.passes):
            found = any(one.category == kind for one in find_safeguarding(text, lexicon))
            if found is not (key == "finds"):
                yield Broken(RULES[kind], key, text)


def _examples(finds: tuple[str, ...], passes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from (("finds", text) for text in finds)
    yield from (("passes", text) for text in passes)


def _problem(broken: Broken, table: Table, folder: Path | None) -> Problem:
    """Point at the examples, or where these are shipped, at what the service's own folder changes about the rule."""
    file, _ = table.places[broken.key]
    if folder is None or file.is_relative_to(folder):
        return table.problem(broken.key, f"{broken}: change the rule, or the example.")
    advice = f'change what you changed, or give the rule "{broken.key}" of your own.'
    return table.problem(None if table.file.is_relative_to(folder) else broken.key, f"{broken}: {advice}")


def _rules(name: str, folder: Path | None) -> dict[str, Table]:
    """The rules of both folders by their ids."""
    tables, _ = lay_rules(toml_files(each / name) for each in (library.SHIPPED, folder) if each)
    return {str(table.values["id"]): table for table in tables}


def _kinds(folder: Path | None) -> dict[str, Table]:
    """What is told by weight, by the names of their rules."""
    sections, _ = lay_sections(own_over_shipped(CLASSIFIER_FILE, library.SHIPPED, folder), ("bounds", *CATEGORIES))
    return {RULES[kind]: table for kind, table in sections.items() if kind in RULES}
