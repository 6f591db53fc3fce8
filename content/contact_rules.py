"""The rules of the contact-details filter: the content's lists and rules, checked and made ready to search with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_type_hints

from pydantic import BaseModel

from content.contact.common_words import common_words
from content.contact.compiling import (
    LABEL,
    LOCAL,
    Streets,
    disguised,
    number_words,
    phrases_of,
    piece,
    streets,
)
from content.contact.disguises import Reveal
from content.contact.naming import Usernames, usernames
from content.contact.numerals import NumberWords
from content.contact.phrases import drawn_out, index_phrases, said
from content.contact.place import KINDS, Kind
from content.contact.schema import ContactFile, Rule
from content.contact.signs import Detectors, compile_signs
from content.contact.spelling import Spelling, compile_spelling
from content.drawn_out import DrawnOut
from content.folding import Folded
from content.overlays import lay_rules, lay_sections, own_over_shipped
from content.patterns import Pattern, PatternSet, Plain, any_of
from content.phrases import Lists
from content.problems import ContentError
from content.rule_index import RuleIndex
from content.tables import Table, toml_files, validate

__all__ = ["FILE", "KINDS", "ContactRules", "Kind", "PhraseRule", "load_contact_rules"]

# So short are words for digits in which a sign may stand for a letter.
_SHORT_NUMBER = 3

FILE = "contact_details.toml"
RULES_FOLDER = "details"
_SECTIONS: Mapping[str, type[BaseModel]] = get_type_hints(ContactFile)


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """A rule of phrases made ready; they are searched in a text of words."""

    id: str
    kind: Kind
    finds: Pattern
    unless: Pattern | None
    alone: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The content made ready. All words are in plain form (`content.folding`); patterns run over plain text."""

    # Every rule that is on, by its id.
    rules: Mapping[str, Rule]
    marks: Mapping[str, str]
    # The marks in plain form: what a text that was filtered looks like to the rules.
    plain_marks: Mapping[str, str]
    # Digits only.
    helplines: frozenset[str]
    domains: frozenset[str]
    hosts: frozenset[str]
    # Hosts of payment links.
    purses: frozenset[str]
    endings: frozenset[str]
    endings_with_path: frozenset[str]
    talk: frozenset[str]
    # Postcode areas, lower case, and the words for single signs and for numbers.
    areas: frozenset[str]
    signs: Mapping[str, str]
    postcode_fillers: frozenset[str]
    short_words: frozenset[str]
    # What people call a platform, a purse or a mailbox -> what it is.
    platforms: Mapping[str, str]
    # What is drawn for a word -> the word; one of these signs.
    emoji: Mapping[str, str]
    drawn: re.Pattern[str]
    first_names: frozenset[str]
    places: frozenset[str]
    everyday: frozenset[str]
    # What people say all day, and is somebody's name only where they say so.
    common: frozenset[str]
    # A word and a number that are no name together ("fifa24").
    numbered: re.Pattern[str]
    numbers: NumberWords
    units: frozenset[str]
    spelling: Spelling
    # Puts disguised words of invitations and addresses back.
    reveal: Reveal
    streets: Streets
    # Which detectors can find anything in a text (`content.contact.signs`).
    detectors: Detectors
    mailbox: Pattern
    # With spaces around "@" and dots.
    spaced_mailbox: Pattern
    usernames: Usernames
    # A platform or a word for a username.
    named: Pattern
    payments: re.Pattern[str]
    mailboxes: re.Pattern[str]
    moves: tuple[PhraseRule, ...]
    # Which of them a text can have, by its words, as `parts` gives them.
    moves_index: RuleIndex
    # Their words without vowels, and an expression for any of these.
    shortened: Mapping[str, str]
    shorts: re.Pattern[str]
    # The words of invitations, and of what is said around them, with a letter drawn out.
    drawn_out: DrawnOut
    # What tells of an invitation, what refuses it, and what begins one anew behind a refusal.
    told: Pattern
    refused: Pattern
    anew: Pattern
    # What looks like an invitation and is none.
    innocent: Pattern
    # What a piece of a detail begins with ("then", "and its"), words that stand beside one, and words that tell one.
    glue: re.Pattern[str]
    fillers: frozenset[str]
    cues: frozenset[str]
    # Its one expression is found in most texts that are a piece of something.
    piece: PatternSet
    mail_host: re.Pattern[str]
    # Platforms where people have their full names.
    full_platform: re.Pattern[str]


def load_contact_rules(shipped: Path, own: Path | None) -> ContactRules:
    """Read the lists and rules of both folders, the service's own laid over: false takes a key away, `off` a rule.

    Raises `ContentError` with every problem.
    """
    sections, problems = lay_sections(own_over_shipped(FILE, shipped, own), ContactFile.model_fields)
    checked: dict[str, object] = {}
    for name, table in sections.items():
        try:
            checked[name] = _checked(name, table)
        except ContentError as error:
            problems += error.problems
    rules: list[Rule] = []
    tables, mistakes = lay_rules(toml_files(folder / RULES_FOLDER) for folder in (shipped, own) if folder)
    problems += mistakes
    for table in tables:
        try:
            rules.append(validate(Rule, table))
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return compile_contact_rules(ContactFile.model_validate(checked), [rule for rule in rules if not rule.off])


def _checked(name: str, table: Table) -> object:
    """Check one section. Raises `ContentError` that points at the keys."""
    kept = Table(table.file, table.line, {k: v for k, v in table.values.items() if v is not False}, table.places)
    return validate(_SECTIONS[name], kept)


def compile_contact_rules(file: ContactFile, rules: Sequence[Rule]) -> ContactRules:
    """Make checked content ready to search with."""
    names = {_plain(word): platform for platform, words in file.platforms.root.items() for word in words}
    games = {_plain(word): platform for platform, words in file.games.root.items() for word in words}
    payments = {_plain(word) for words in file.payments.root.values() for word in words}
    mailboxes = set(map(_plain, file.mail.named))
    every = {**names, **games, **dict.fromkeys(payments, "payment")}
    named = {**every, **dict.fromkeys(mailboxes, "mail")}
    numbers = number_words(file)
    mail_hosts = tuple(map(_plain, file.mail.hosts))
    signs = {
        ".": file.spelt.dot,
        "@": file.spelt.at,
        "-": file.spelt.dash,
        "_": file.spelt.underscore,
        "/": file.spelt.slash,
    }
    spelling, spelt = compile_spelling(
        signs,
        mail_hosts,
        [*file.endings.always, "co", "me", "gg", "ly"],
        every,
        [*file.hosts.root, *file.purses.root],
        file.spelt.split,
    )
    shortened = {short: word for word, shorts in file.shortened.root.items() for short in shorts}
    emoji = {_plain(sign): word for word, drawn in file.emoji.root.items() for sign in drawn}
    plain_marks = {kind: _plain(mark) for kind, mark in file.marks.model_dump().items()}
    moves = [rule for rule in rules if rule.phrases]
    named_ones = Pattern(rf"\b{any_of(named)}\b|\b{any_of(file.usernames.titles)}\b")
    lists = {
        "platform": sorted(every),
        "street": sorted(file.streets.strong),
        "any_street": sorted({*file.streets.strong, *file.streets.weak}),
        "lived_on": sorted(file.streets.lived_on),
        "building": sorted(file.streets.buildings),
        "prison": sorted(file.streets.prisons),
        "app": sorted(names),
        "game": sorted(games),
        **file.said.model_dump(),
    }
    return ContactRules(
        rules={rule.id: rule for rule in rules},
        marks=file.marks.model_dump(),
        plain_marks=plain_marks,
        helplines=frozenset(number.replace(" ", "") for number in file.helplines.root),
        domains=frozenset(file.domains.root),
        hosts=frozenset([*file.hosts.root, *file.purses.root]),
        purses=frozenset(file.purses.root),
        endings=frozenset(file.endings.always),
        endings_with_path=frozenset(file.endings.with_path),
        talk=frozenset(file.endings.talk),
        areas=frozenset(area.lower() for area in file.postcodes.areas),
        signs={
            **numbers.digits,
            **{word: sign for sign, words in file.postcodes.signs.items() for word in words},
            "double": "double",
        },
        postcode_fillers=frozenset(file.postcodes.between),
        short_words=frozenset(file.postcodes.short_words),
        platforms=named,
        emoji=emoji,
        drawn=re.compile(any_of(emoji)),
        first_names=frozenset(file.usernames.first_names),
        places=frozenset(map(_plain, file.usernames.places)),
        common=common_words(),
        everyday=frozenset(map(_plain, file.usernames.everyday)),
        numbered=re.compile(rf"{any_of(file.usernames.numbered)}[0-9]{{1,4}}[a-z]?"),
        numbers=numbers,
        units=frozenset(file.numbers.units),
        spelling=spelling,
        # "0n3", "tw0".
        reveal=Reveal(disguised(named, file), (word for word in numbers.digits if len(word) == _SHORT_NUMBER)),
        streets=streets(file, numbers),
        # Beside the mark of a username stands perhaps another one.
        detectors=compile_signs(
            file, named, numbers, spelt, [mark for mark in plain_marks.values() if not named_ones.search(Plain(mark))]
        ),
        mailbox=Pattern(rf"{LOCAL}@{LABEL}(?:\.{LABEL})+"),
        # With spaces only an ending from the list makes a mailbox: "home @ 5. bring food" is none.
        spaced_mailbox=Pattern(
            rf"{LOCAL} {{0,2}}@ {{0,2}}{LABEL}(?: {{0,2}}\. {{0,2}}{LABEL})*?"
            rf" {{0,2}}\. {{0,2}}{any_of(file.endings.always)}\b"
        ),
        usernames=usernames(names, [*payments, *mailboxes], games, file),
        named=named_ones,
        mailboxes=re.compile(rf"\b{any_of(mailboxes)}\b"),
        payments=re.compile(rf"\b{any_of(payments)}\b"),
        moves=tuple(_phrase_rule(rule, lists) for rule in moves),
        moves_index=index_phrases([rule.phrases for rule in moves], lists),
        shortened=shortened,
        shorts=re.compile(rf"(?<![^\W_]){any_of(shortened)}(?![^\W_])"),
        drawn_out=drawn_out(phrases_of(moves, file), lists, {*disguised(named, file), *numbers.known}),
        told=said(file.moves.told, lists),
        refused=said(file.moves.refused, lists),
        innocent=said(file.moves.innocent, lists),
        anew=said(file.moves.anew, lists, begins="^"),
        glue=re.compile(rf"(?:{any_of(file.pieces.glue)}\b[ ,:.-]{{0,3}}){{1,4}}"),
        fillers=frozenset(word for words in file.pieces.glue for word in words.split()),
        cues=frozenset(file.pieces.cues),
        piece=PatternSet([piece(numbers, named, file)]),
        mail_host=re.compile(rf"\b(?:{any_of(mail_hosts)}|e?mail)\b"),
        full_platform=re.compile(rf"\b{any_of(file.platforms.root['facebook'])}\b"),
    )


def _phrase_rule(rule: Rule, lists: Lists) -> PhraseRule:
    unless = said(rule.unless, lists) if rule.unless else None
    finds = said(rule.phrases, lists)
    return PhraseRule(rule.id, rule.kind, finds, unless, rule.alone, rule.asked)


def _plain(word: str) -> str:
    return Folded(word).text
