"""How the files about contact details are written: `contact_details.toml` (lists) and `details/*.toml` (rules)."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    field_validator,
    model_validator,
)

from content.contact.phrases import check
from content.contact.place import Kind
from content.sureness import Sure

Mark = Annotated[str, Field(pattern=r"^\[[a-zA-Z ]{1,40}\]$")]
Words = Annotated[tuple[str, ...], BeforeValidator(tuple), Field(min_length=1)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(tuple)]
Digits = Annotated[str, Field(pattern=r"^[0-9][0-9 ]*$")]
Figures = Annotated[str, Field(pattern=r"^[0-9]{1,3}$")]
Drawn = Annotated[str, Field(pattern=r"^[^\x00-\x7f]\ufe0f?$")]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]

# The lists that a phrase may name, as in "@platform", each with a word that stands for it while phrases are checked.
LISTS = {
    "platform": ("snap",),
    "street": ("road",),
    "any_street": ("road",),
    "lived_on": ("close",),
    "building": ("house",),
    "prison": ("hmp",),
    # Platforms without games and purses, and games.
    "app": ("snap",),
    "game": ("fortnite",),
    "your": ("your",),
    "you": ("you",),
    "own": ("own",),
    "detail": ("number",),
    "kin": ("mum",),
    "device": ("phone",),
}


def _readable(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a list that a phrase may name: they name no list themselves, which could be their own."""
    for word in words:
        if "@" in word:
            raise ValueError(f'"{word}" can\'t name a list: write the words themselves')
        check((word,), {})
    return words


# Words that go into one of these lists.
Listed = Annotated[Words, AfterValidator(_readable)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Marks(_Section):
    """What stands in place of each kind."""

    phone: Mark
    email: Mark
    url: Mark
    handle: Mark
    platform_move: Mark
    postcode: Mark
    address: Mark
    bank: Mark


class _Helplines(RootModel[Mapping[Digits, str]]):
    """Numbers that may pass, and whose they are."""


class _Hosts(RootModel[Mapping[Host, Literal[True]]]):
    """Hosts, each switched on."""


class _Endings(_Section):
    always: Words
    with_path: Words
    # Words before a spelt-out ending that make no address ("the dot com crash").
    talk: Words


class _Spelt(_Section):
    """What people write for the signs of an address."""

    dot: Words
    at: Words
    dash: Words
    underscore: Words
    slash: Words
    # Names of hosts that are written in two words.
    split: Words


class _Numbers(_Section):
    """What people call digits."""

    digits: Mapping[Figures, Words]
    repeats: Mapping[Annotated[str, Field(pattern=r"^[2-9]$")], Words]
    behind: Mapping[Annotated[str, Field(pattern=r"^0{2,3}$")], Words]
    # What a number in front of it is an amount of.
    units: Words


class _Mail(_Section):
    hosts: Words
    # Beside these a name is a mailbox ("my gmail is jay").
    named: Words


class _Postcodes(_Section):
    areas: Words
    # What may stand between the parts of one that is told.
    between: Words
    # Short words that look like a part of one.
    short_words: Words
    # A sign and the words for it.
    signs: Mapping[Annotated[str, Field(pattern=r"^[a-z0-9]$")], Words]


class _Platforms(RootModel[Mapping[str, Listed]]):
    """What people call each platform."""


class _Usernames(_Section):
    labels: Words
    titles: Words
    verbs: Words
    places: Words
    everyday: Words
    # Two words of which the first is one of these are somebody's name where a platform has full names.
    first_names: Words
    numbered: Words
    # The platforms right behind which a word that is nothing else is a name.
    beside: Words


class _Streets(_Section):
    """The words of addresses."""

    strong: Listed
    weak: Listed
    lived_on: Listed
    telling: Words
    buildings: Listed
    prisons: Listed
    home: Words
    stops: Words
    # Of these, what is the name of many a street as well.
    names: Words
    not_before: Words
    not_behind: Words
    # Addresses that everybody knows.
    known: Words
    # Places where everybody goes, what stands between one and its address, and what before it says that it is only
    # near; and what makes an address somebody's own all the same.
    public: Words
    public_link: Words
    public_near: Words
    private: Words


class _Shortened(RootModel[Mapping[str, Listed]]):
    """How words of invitations are written short."""


class _Emoji(RootModel[Mapping[str, Annotated[tuple[Drawn, ...], BeforeValidator(tuple)]]]):
    """What is drawn for a word."""


class _Pieces(_Section):
    """What goes with a piece of a detail that comes in several messages."""

    glue: Words
    cues: Words


class _Said(_Section):
    """Words of invitations, which phrases name."""

    your: Listed
    you: Listed
    # What stands between "my" and "number".
    own: Listed
    # What people ask each other for.
    detail: Listed
    # Whose phone it may be.
    kin: Listed
    # Where somebody is reached.
    device: Listed


class _Moves(_Section):
    # What tells of an invitation, and what refuses it.
    told: Words
    refused: Words
    # Where an invitation begins with one of these, a refusal before it was of something else.
    anew: Words
    # What one of these touches is none, whatever the rule.
    innocent: Words

    @field_validator("told", "refused", "anew", "innocent")
    @classmethod
    def _can_be_read(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        check(phrases, LISTS)
        return phrases


class ContactFile(_Section):
    """The whole file of lists."""

    marks: _Marks
    helplines: _Helplines
    domains: _Hosts
    hosts: _Hosts
    purses: _Hosts
    endings: _Endings
    mail: _Mail
    spelt: _Spelt
    numbers: _Numbers
    postcodes: _Postcodes
    streets: _Streets
    platforms: _Platforms
    games: _Platforms
    payments: _Platforms
    usernames: _Usernames
    emoji: _Emoji
    shortened: _Shortened
    pieces: _Pieces
    said: _Said
    moves: _Moves


class Rule(_Section):
    """One rule: how sure it is, why it fires, and examples that hold it to its word.

    A rule with phrases finds them; one without stands for a detector of the program with this id.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    kind: Kind
    sure: Sure
    # One plain line for a coordinator.
    why: Annotated[str, Field(min_length=8, max_length=120)]
    # As `content.phrases` reads them; "@platform" and so on stand for any word of a list.
    phrases: Phrases = ()
    # What one of these covers isn't a finding of this rule.
    unless: Phrases = ()
    # Counts only when hardly anything else stands in its sentence.
    alone: bool = False
    # The same, and only in a question.
    asked: bool = False
    # Texts in which the rule finds something, and near misses in which it must not. Several messages of one sender
    # are written one after the other with " / " between.
    finds: Annotated[Phrases, Field(min_length=1)]
    passes: Annotated[Phrases, Field(min_length=1)]
    # True switches a shipped rule off.
    off: bool = False

    @field_validator("phrases", "unless")
    @classmethod
    def _can_be_read(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        if phrases:
            check(phrases, LISTS)
        return phrases

    @model_validator(mode="after")
    def _has_phrases_or_is_a_detector(self) -> Self:
        if not self.phrases and (self.unless or self.alone or self.asked):
            raise ValueError("without phrases there is nothing for unless and alone to change")
        return self
