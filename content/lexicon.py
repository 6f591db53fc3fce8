"""The safeguarding lexicon: rules as data, read from `lexicons/*.toml` and made ready to search with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from content.patterns import Pattern, compile_pattern
from content.phrases import expression
from content.problems import ContentError, Problem
from content.tables import Table, read_list, toml_files, validate

Category = Literal[
    "suicide",
    "self_harm",
    "abuse_physical",
    "abuse_sexual",
    "abuse_emotional",
    "neglect",
    "sexual_exploitation",
    "criminal_exploitation",
    "grooming_boundary",
    "violence_weapons",
    "missing",
    "domestic_abuse",
    "substance_risk",
    "radicalisation",
    "honour_fgm_forced_marriage",
    "bullying_severe",
    "homelessness_urgent",
    "medical_emergency",
    "disclosure_cue",
    "reoffending_risk",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)


class Severity(StrEnum):
    """How soon a coordinator has to look."""

    # Life or serious harm, now.
    IMMEDIATE = "immediate"
    # The same day.
    HIGH = "high"
    # Within the working day.
    CONCERN = "concern"


Phrases = Annotated[tuple[str, ...], BeforeValidator(tuple)]


class Rule(BaseModel):
    """One rule: phrases that mean something, and examples that hold it to its word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    category: Category
    severity: Severity
    # What the rule looks for, as `content.phrases` reads it.
    phrases: Annotated[Phrases, Field(min_length=1)]
    # Idioms and jokes: what one of these covers isn't a finding of this rule.
    unless: Phrases = ()
    # At least one text in which the rule finds something, and one near miss in which it must not.
    finds: Annotated[Phrases, Field(min_length=1)]
    passes: Annotated[Phrases, Field(min_length=1)]
    # True switches a shipped rule off.
    off: bool = False

    @field_validator("phrases", "unless")
    @classmethod
    def _can_be_read(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        expression(phrases)
        return phrases


@dataclass(frozen=True)
class CompiledRule:
    """A rule and its two expressions over folded text, each made when it is first needed: few texts need any."""

    rule: Rule

    @cached_property
    def finds(self) -> Pattern:
        """What the rule looks for."""
        return _compile(self.rule.phrases)

    @cached_property
    def unless(self) -> Pattern | None:
        """What isn't a finding; None when there is no such thing."""
        return _compile(self.rule.unless) if self.rule.unless else None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rules that are on, in the order of their files."""

    rules: tuple[CompiledRule, ...]
    # Matches wherever any rule does: nearly every text is done with after this one search.
    any_rule: Pattern


def load_lexicon(shipped: Path, own: Path | None) -> Lexicon:
    """Read the rules of both folders; an entry of the service's own changes the keys of the shipped rule of its id.

    Raises `ContentError` with every problem of every file.
    """
    tables, problems = _merge(shipped, own)
    rules: list[Rule] = []
    for table in tables.values():
        try:
            rules.append(validate(Rule, table))
        except ContentError as error:
            problems += error.problems
    on = [rule for rule in rules if not rule.off]
    if not on and not problems:
        problems.append(Problem((own or shipped) / "lexicons", 1, "At least one rule must be left on."))
    if problems:
        raise ContentError(problems)
    return compile_lexicon(on)


def compile_lexicon(rules: Sequence[Rule]) -> Lexicon:
    """Make one or more rules ready to search with. Raises `PhraseError` for a phrase that can't be read."""
    return Lexicon(
        rules=tuple(CompiledRule(rule) for rule in rules),
        any_rule=_compile([phrase for rule in rules for phrase in rule.phrases]),
    )


def _compile(phrases: Sequence[str]) -> Pattern:
    return compile_pattern(expression(phrases))


def _merge(shipped: Path, own: Path | None) -> tuple[dict[str, Table], list[Problem]]:
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for folder in filter(None, (shipped, own)):
        # The ids of this folder: twice in one folder is a mistake, once in each a change.
        here: set[str] = set()
        for file in toml_files(folder / "lexicons"):
            try:
                entries = read_list(file, "rule")
            except ContentError as error:
                problems += error.problems
                continue
            for table in entries:
                name = str(table.values.get("id", f"{file}:{table.line}"))
                if name in here:
                    problems.append(table.problem("id", f'The rule "{name}" stands here twice.'))
                here.add(name)
                tables[name] = table.laid_over(tables[name]) if name in tables else table
    return tables, problems
