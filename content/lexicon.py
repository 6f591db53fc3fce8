"""The safeguarding lexicon: rules as data, read from `lexicons/*.toml` and made ready to search with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from content.classifier import Classifier, Line, Side, load_classifier
from content.overlays import lay_rules
from content.patterns import Pattern
from content.phrases import Choice, Gap, PhraseError, Sequence_, compile_phrases, ways, words_of
from content.problems import ContentError, Problem
from content.readings import Reader
from content.rule_index import RuleIndex, index_rules
from content.sureness import Sure
from content.tables import Table, toml_files, validate
from content.word_lists import WordLists, load_word_lists
from content.wording import Spelling

LEXICONS = "lexicons"
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
Negated = Literal["concern", "off", "same"]
# Of these a denial is no news; of every other category it is still a concern ("I'm not going to kill myself").
_SILENCED: frozenset[Category] = frozenset({"disclosure_cue", "grooming_boundary", "homelessness_urgent"})


def _readable_side(side: object) -> object:
    """Check it as a whole: what a union says of each of its parts helps nobody."""
    sides, severities = get_args(Side), [*Severity, "off"]
    if isinstance(side, dict):
        fits = all(key in sides and value in severities for key, value in side.items())
    else:
        fits = side in (None, *sides)
    if not fits:
        raise ValueError('must be "mentee", "mentor", or a severity or "off" for each: { mentee = "off" }')
    return side


class Rule(BaseModel):
    """One rule: phrases that mean something, and examples that hold it to its word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    category: Category
    severity: Severity
    # What the rule looks for, as `content.phrases` reads it.
    phrases: Annotated[Phrases, Field(min_length=1)]
    # One of these has to stand within some words of the phrase, before or after.
    near: Phrases = ()
    # Idioms and jokes: what one of these covers isn't a finding of this rule.
    unless: Phrases = ()
    # The talk that makes it innocent: names of lists of words under [frames] in `words.toml`.
    frames: Phrases = ()
    # Whose words it looks at; or the severity for each side, "off" for none. Without it: both sides' alike.
    side: Annotated[Side | dict[Side, Severity | Literal["off"]] | None, BeforeValidator(_readable_side)] = None
    # What becomes of a finding that is denied; without it: by its category.
    negated: Negated | None = None
    sure: Sure = Sure.LIKELY
    # One plain line for a coordinator; without it: what `classifier.toml` says of its category.
    why: Line = ""
    # At least one text in which the rule finds something, and one near miss in which it must not.
    finds: Annotated[Phrases, Field(min_length=1)]
    passes: Annotated[Phrases, Field(min_length=1)]
    # True switches a shipped rule off.
    off: bool = False

    def severity_for(self, side: Side | None) -> Severity | None:
        """Say how grave it is in the words of a side (None: of whoever wrote); None where it isn't looked for."""
        if self.side is None or side is None:
            return self.severity
        if isinstance(self.side, str):
            return self.severity if side == self.side else None
        severity = self.side.get(side, self.severity)
        return None if severity == "off" else Severity(severity)

    def severity_denied(self, severity: Severity) -> Severity | None:
        """Say how grave it still is when it is denied; None: not at all."""
        match self.negated or ("off" if self.category in _SILENCED else "concern"):
            case "same":
                return severity
            case "concern":
                return Severity.CONCERN
            case "off":
                return None


@dataclass(frozen=True)
class CompiledPhrase:
    """A phrase, and its pattern when it is first needed."""

    sequence: Sequence_
    # Whether a denial before or between its words makes a difference: not where it is made of one ("not breathing").
    deniable: bool

    @cached_property
    def pattern(self) -> Pattern:
        """What finds it."""
        return compile_phrases([self.sequence])


@dataclass(frozen=True)
class CompiledRule:
    """A rule and its patterns over the line of a text, each made when it is first needed: few texts need any."""

    rule: Rule
    phrases: tuple[CompiledPhrase, ...]
    idioms: tuple[Sequence_, ...]
    neighbours: tuple[Sequence_, ...]

    @cached_property
    def unless(self) -> Pattern | None:
        """What isn't a finding; None when there is no such thing."""
        return compile_phrases(self.idioms) if self.idioms else None

    @cached_property
    def near(self) -> Pattern | None:
        """What has to stand near; None when nothing has to."""
        return compile_phrases(self.neighbours) if self.neighbours else None


@dataclass(frozen=True)
class Denial:
    """How a denial is found; see `content.word_lists.Negation`."""

    before: Pattern
    reach: int
    ends: frozenset[str]
    not_these: Pattern
    anywhere: Pattern


@dataclass(frozen=True)
class Lexicon:
    """All rules that are on, in the order of their files."""

    rules: tuple[CompiledRule, ...]
    # What the rules were made ready with.
    lists: WordLists
    index: RuleIndex
    reader: Reader
    spelling: Spelling
    denial: Denial
    # The words of each frame.
    frames: Mapping[str, frozenset[str]]
    # A phrase may go on in a message that has one of these words.
    continuing: frozenset[str]
    # What the words weigh that no phrase finds; None: nothing.
    classifier: Classifier | None


def load_lexicon(shipped: Path, own: Path | None) -> Lexicon:
    """Read the rules of both folders; an entry of the service's own changes the keys of the shipped rule of its id.

    Raises `ContentError` with every problem of every file.
    """
    lists = load_word_lists(shipped, own)
    tables, problems = lay_rules(toml_files(folder / LEXICONS) for folder in (shipped, own) if folder)
    rules: list[Rule] = []
    for table in tables:
        try:
            rules.append(validate(Rule, table))
        except ContentError as error:
            problems += error.problems
        else:
            problems += _unreadable(rules[-1], table, lists)
    on = [rule for rule in rules if not rule.off]
    if not on and not problems:
        problems.append(Problem((own or shipped) / LEXICONS, 1, "At least one rule must be left on."))
    try:
        classifier = load_classifier(shipped, own, CATEGORIES, lists.spelling.words)
    except ContentError as error:
        problems += error.problems
    if problems:
        raise ContentError(problems)
    return compile_lexicon([_explained(rule, classifier) for rule in on], lists, classifier)


def _explained(rule: Rule, classifier: Classifier) -> Rule:
    """Give a rule without a reason of its own that of its category."""
    return rule if rule.why else rule.model_copy(update={"why": classifier.kinds[rule.category].why})


def compile_lexicon(rules: Sequence[Rule], lists: WordLists, classifier: Classifier | None = None) -> Lexicon:
    """Make rules ready to search with. Raises `PhraseError` for a phrase that can't be read."""

    def read(phrases: Sequence[str]) -> tuple[Sequence_, ...]:
        return tuple(map(lists.phrases.read, phrases))

    denial = Denial(
        compile_phrases(read(lists.negation.before)),
        lists.negation.reach,
        frozenset(lists.negation.ends),
        compile_phrases(read(lists.negation.not_these)),
        compile_phrases(read(lists.negation.anywhere)),
    )
    compiled = [_compile(rule, read, denial) for rule in rules]
    phrases = [[phrase.sequence for phrase in one.phrases] for one in compiled]
    vocabulary = {word for of_rule in phrases for phrase in of_rule for word in words_of(phrase)}
    frames = {
        name: frozenset(word for line in read(words) for word in words_of(line)) for name, words in lists.frames.items()
    }
    around = frozenset().union(
        *frames.values(), *(words_of(phrase) for one in compiled for phrase in (*one.idioms, *one.neighbours))
    )
    return Lexicon(
        rules=tuple(compiled),
        lists=lists,
        index=index_rules(map(_whole, compiled)),
        reader=Reader({*vocabulary, *around}, lists.short_forms),
        spelling=lists.spelling.knowing(vocabulary, around.union(classifier.harm.words if classifier else ())),
        denial=denial,
        frames=frames,
        continuing=frozenset(_continuing(compiled)).difference(lists.common),
        classifier=classifier,
    )


def _compile(rule: Rule, read: Callable[[Sequence[str]], tuple[Sequence_, ...]], denial: Denial) -> CompiledRule:
    return CompiledRule(
        rule,
        tuple(CompiledPhrase(way, not _denies(way, denial)) for phrase in read(rule.phrases) for way in ways(phrase)),
        read(rule.unless),
        read(rule.near),
    )


def _denies(phrase: Sequence_, denial: Denial) -> bool:
    """Whether a phrase is made of a denial itself."""
    return denial.before.search("".join(f" {word} " for word in words_of(phrase)).encode()) is not None


def _whole(rule: CompiledRule) -> list[Sequence_]:
    """Give each phrase with what has to stand near it, as if that were said behind: a text needs both."""
    beside = (Gap(), Choice(rule.neighbours)) if rule.neighbours else ()
    return [(*phrase.sequence, *beside) for phrase in rule.phrases]


def _continuing(rules: Sequence[CompiledRule]) -> Iterator[str]:
    """List the words with which the gravest phrases end."""
    for one in rules:
        if one.rule.severity is Severity.IMMEDIATE:
            for phrase in one.phrases:
                yield from words_of(phrase.sequence[-1:])


def _unreadable(rule: Rule, table: Table, lists: WordLists) -> Iterator[Problem]:
    for key in ("phrases", "unless", "near"):
        for phrase in getattr(rule, key):
            try:
                lists.phrases.read(phrase)
            except PhraseError as error:
                yield table.problem(key, f"{key}: {error}.")
    yield from (
        table.problem("frames", f'frames: There is no list "{name}" under [frames] in words.toml.')
        for name in rule.frames
        if name not in lists.frames
    )
