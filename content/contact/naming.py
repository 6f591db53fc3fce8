"""Expressions that find a username beside its platform, built from the lists of the content."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.contact.schema import ContactFile
from content.patterns import Pattern, PatternSet, any_of

# What people say before the name they have somewhere.
_CALLED = (
    r"(?:mines|mine is|mine's|mines is|under|under the (?:name|username|user)|by the name of"
    r"|im called|i'm called|am called|im known as|known as|call me|calls me"
    r"|i go by|go by|username|user name|user|gamertag|name is|names|name's|handle is|handle's|handles|user is"
    r"|find me as|im down as|i come up as|comes up as|down as|listed as|saved as|in as|goes by|its under|it's under"
    r"|find me under|look for|search for|search|add me as)"
)
# What ends the words about a name: "on discord im shadowfox", but not "on discord im mostly quiet".
_CLAUSE_END = (
    r"(?: *$| *[.,!?;)\n]"
    r"| +(?:x+|if|add|and|but|on|with|lol|pls|plz|please|innit|init|drop|hmu|follow|message|msg)\b)"
)
# What tells that words make one name.
_JOINED = (
    r"(?:(?:all +)?(?:one|1) +word|(?:two|2|three|3|four|4) +words"
    r"|(?:no|without) +(?:spaces?|gaps?|caps|capitals)|(?:all +)?(?:lower ?case|joined(?: +up)?|together))"
)
_NAME = r"@?([\pL\pN_](?:[\pL\pN_.-]{0,38}[\pL\pN_])?_*)"
# One with a digit, underline or dot inside, for a set that only tells whether it is there.
_TELLING_NAME = r"@?[\pL\pN_.-]*(?:[\pN_]|\.[\pL\pN_])[\pL\pN_.-]*"
# Where people have their full names.
_FULL_NAMES = frozenset({"facebook", "viber", "linkedin", "skype", "telegram", "strava"})


@dataclass(frozen=True, slots=True)
class UsernamePattern:
    """One way to write "this is my name there"; group 1 is the name."""

    pattern: Pattern
    # True when only a name with a digit, underline or dot inside counts.
    strict: bool = False
    # True when a word that people say all day doesn't count.
    unusual: bool = False


@dataclass(frozen=True, slots=True)
class Usernames:
    """The ways to write it in a text that names a platform or has a word for a username, and in every text."""

    named: tuple[UsernamePattern, ...]
    # Words beside a platform where people have their full names; group 1 is the words.
    full_names: tuple[Pattern, ...]
    # Which of `named` and then of `full_names` a text has.
    named_set: PatternSet
    anywhere: tuple[UsernamePattern, ...]
    anywhere_set: PatternSet


def usernames(
    platforms: Mapping[str, str], others: Iterable[str], games: Mapping[str, str], file: ContactFile
) -> Usernames:
    """Build the ways to write "this is my name there"; `others` are purses and mailboxes."""
    everywhere = [*platforms, *others]
    social, every = rf"\b{any_of(everywhere)}", rf"\b{any_of([*everywhere, *games])}"
    title = any_of(file.usernames.titles)
    label = any_of([*file.usernames.labels, *file.usernames.titles])
    labels = rf"(?: *\b{label}\b| *@){{0,2}}"
    verb = rf"\b{any_of(file.usernames.verbs)}"
    name = _NAME
    spoken = any_of(word for digits, words in file.numbers.digits.items() if len(digits) == 1 for word in words)
    known = {*everywhere, *games}
    drawn = any_of(sign for word, signs in file.emoji.root.items() if word in known for sign in signs)
    own = [word for word, platform in {**platforms, **games}.items() if platform in file.usernames.beside]
    equals = r"(?: *[:=~>@]+ *| +- *| *-> *)"
    means = rf"(?:{equals}| +(?:is|its|it's|as|under|called|iz|r)(?:{equals}| +))"
    game = rf"\b{any_of(games)}\b"
    loose = (
        # As in "psn name is name", "my psn is name".
        rf"{game}(?: *\b{label}\b| *@){{1,2}}{means}{name}",
        rf"\bmy +{game}{labels}{means}{name}",
        # As in "add name on snap".
        rf"\b(?:add|follow|find|search)(?: +up| +for)? +{name} +on +(?:my +)?{social}\b",
        # As in "snap: name", "insta is name", "ig name is name".
        rf"{social}\b{labels}{means}{name}",
        # As in "my gamertag is name".
        rf"\bmy +(?:[a-z]+ +)?{title}{means}(?:(?:just|still|now|also|simply) +)?{name}",
        # As in "add me on snap name", "hmu on insta - name".
        rf"{verb}(?: +me)?(?: +up)? +on +(?:my +)?{social}\b(?: *[:=-]+ *| +){name}",
        # As in "mines name on insta", "find me under name on tiktok", "username name on snap".
        rf"\b{_CALLED} +{name} +on +(?:my +|the +)?{every}\b",
        # As in "im down as two words on fb".
        (
            r"\b(?:down as|listed as|saved as|come up as|comes up as|known as|go by|goes by|under the name)"
            rf" +([\pL\pN_.]+(?: +[\pL\pN_.]+){{1,2}}) +on +(?:my +|the +)?{every}\b"
        ),
        # As in "on discord im name", "insta? mines name", "look me up on insta, im under name".
        rf"\bon +(?:my +|the +)?{every}\b *,* +(?:im|i'm|i am) +{name}{_CLAUSE_END}",
        rf"{every}\b[^.!\n]{{0,25}}?\b{_CALLED}(?: *:)? +{name}{_CLAUSE_END}",
        # As in "ive got insta now its name", "my snap changed its name".
        (
            rf"\b(?:my|ive got|i've got|i got|i have)(?: +(?:a|new|other|old))? +{social}\b[^.!?\n]{{0,20}}?"
            rf" +(?:its|it's|it is) +{name}{_CLAUSE_END}"
        ),
        # As in "my snapchats name", "my handles name", "xbox gt name".
        rf"\bmy +(?:new +)?{social}'?s +{name}{_CLAUSE_END}",
        rf"^{social}'?s *:? +{name}{_CLAUSE_END}",
        rf"{every} +{title}(?:'?s)?(?:{means}| *: *| +){name}{_CLAUSE_END}",
        # As in "look me up on insta, name".
        rf"{verb}(?: +me)?(?: +up)? +on +(?:my +)?{social}\b *,+ *{name}{_CLAUSE_END}",
        rf"\b(?:look|hit|search) +me +up +on +(?:my +)?{social}\b *[:,-]* *{name}{_CLAUSE_END}",
        # As in "im on ps5 as name", "my psn is still name".
        rf"\bon +{every} +as +{name}{_CLAUSE_END}",
        rf"\bmy +{every} +is +(?:still|now|just|also) +{name}{_CLAUSE_END}",
        # As in "kik me its name".
        rf"\b{any_of(platforms)} +me\b[^.!?\n]{{0,15}}? +(?:its|it's|im|i'm|as|under) +{name}{_CLAUSE_END}",
        # As in "snap me name", "insta me at name pls".
        (
            rf"(?:^|[.,!?] *|\b(?:just|or|and|can|could|then|u|you) +){any_of(platforms)} +me +(?:(?:at|on|@) *)?"
            rf"{name}{_CLAUSE_END}"
        ),
        # As in "its name on snap".
        rf"\b(?:its|it's|ask for|mines) +{name} +on +(?:my +|the +)?{social}\b *(?:$|[.,!?])",
        # As in "im name on insta".
        rf"\b(?:im|i'm|i am) +{name} +on +(?:my +)?{social}\b",
        # As in "two then words thats my snap".
        (
            r"(?:^|[,.!?] *)"
            r"((?:[\pL\pN]+,? +(?:(?:and +)?then|dot|underscore|followed by)(?: +an?)? +){1,4}[\pL\pN]+)"
            rf",? +(?:is|thats|that's) +my +{every}\b"
        ),
        # As in "name is my discord".
        rf"(?:^|[,.!?] *|\bits +){name} +(?:is|thats|that's) +my +(?:{every}|{title}\b)",
        # As in "snap name zero eight", "snap is name then two zeros then seven".
        rf"{social}\b{labels}(?:{means}| +)([^\W\d_]\w*(?: +(?:{spoken}|[0-9]+)){{2,6}}){_CLAUSE_END}",
        (
            rf"{social}\b{labels}{means}"
            rf"([^\W\d_]\w*(?:,? +(?:and +)?(?:then|with|followed by)(?: +\w+)?(?: +{spoken}s?\b| +[0-9]+)){{1,4}}"
            r"(?:,? +(?:and +)?then +\w+)?)"
        ),
        # As in "add my snap name".
        rf"{verb} +my +{social}\b *[:,-]* *{name}{_CLAUSE_END}",
        # As in "name - insta".
        rf"^{name} *(?:-+|[:=,(]) *(?:on +|my +|that's my +|thats my +)?{every}\)? *[.!x]*$",
        # As in "my yt channel is name".
        (
            rf"(?:^|\bmy +|[.,!?] *){every} +(?:channel|page|account|acc|server|profile|group)(?:{means}| *: *)"
            rf"(?:called +|named +)?{name}{_CLAUSE_END}"
        ),
        # As in "steam: name".
        rf"^{every} *[:=]+ *{name} *(?:$|x+\b|[,.!])",
        # As in "send it to my paypal name".
        rf"\b(?:to|on|into|at|via) +my +{any_of(others)} +{name}{_CLAUSE_END}",
        # As in "my insta is two words, no spaces", "snap is all one word two words".
        rf"{social}\b{labels}(?:{means}| +)([\pL\pN_.]+(?: +[\pL\pN_.]+){{0,3}}?)(?: *[,(-] *| +){_JOINED}\b",
        rf"{social}\b{labels}{means}(?:{_JOINED}[ ,:-]+){{1,3}}([\pL\pN_.]+(?: +[\pL\pN_.]+){{0,3}})",
        # As in "cashapp name".
        rf"^(?:my +)?(?:rev ?tag|cash ?tag|cash ?app) +{name} *$",
        # As in "my xbox is two words 88", "xbox gamertag two words 88".
        rf"{game} +{label}(?:{means}| +)((?:[\pL\pN_.-]+ +){{1,2}}[0-9]{{1,4}}){_CLAUSE_END}",
        rf"\bmy +{game}{labels}{means}((?:[\pL\pN_.-]+ +){{1,2}}[0-9]{{1,4}}){_CLAUSE_END}",
    )
    unusual = (
        # As in "psn name", "spotify name follow me".
        rf"^(?:my +)?(?:new +|old +)?{any_of(own)}(?: +{label}\b)? +{name}(?:{_CLAUSE_END}| +follow\b)",
        # As in "add my epic name", "add my xbox gamertag: name".
        rf"{verb} +my +{every}(?: +{label}\b)?(?: *[:,-]+ *| +){name}{_CLAUSE_END}",
        # As in "my ps name name", "my bereal name".
        rf"\bmy +{every}(?: +{label}\b)? +{name}{_CLAUSE_END}",
        # As in "add name on epic".
        rf"\badd +{name} +on +(?:my +|the +)?{game}\b",
    )
    strict = (
        # As in "snap name_1", "psn: name_1".
        rf"{every}\b{labels}(?: *- *|{means}| +){name}",
        # As in "name_1 on snap".
        rf"\b{name} +(?:on|for|is) +(?:my +|the +|me +)?{every}\b",
        # As in "ig_name".
        rf"{every}_+{name}",
    )
    # The same where no platform and no word for a username has to be named.
    loose_anywhere = (
        # As in "my username there is name", "my tag on psn is name", "my name on insta is name".
        rf"\bmy +(?:{label}|name) +(?:there|on there|on that|on it|on +(?:the +)?{every})(?:{means}){name}",
        # As in "my account is name", "my channel is called name", "follow my page on insta, name".
        (
            rf"\bmy(?: +[a-z]+)?(?: +{social})? +(?:account|acc|page|channel|profile|server)(?: +on +{social})?"
            rf"(?: *[:,]| +(?:is|its|called|named|is called|is named|name is))+ +{name}{_CLAUSE_END}"
        ),
        # As in "spam = name".
        rf"\b(?:spam|finsta|alt|ign|gt|user) *= *{name}",
        # As in "username: name", "my user is name".
        (
            rf"(?:^|\bmy +|\bmines +)(?:user|@|at|ign|handle|username|user name|gamertag)(?: +(?:on|for) +[a-z]+)?"
            rf"(?: *[:=]+ *| +(?:is|its|it's) +){name}(?: +on +(?:there|it|that|here))?{_CLAUSE_END}"
        ),
        # As in "you can find me as name", "search me under the name name".
        (
            r"\b(?:find|search|look)(?: +for)? +me(?: +up)? +(?:as|under|by)(?: +(?:searching|typing))?"
            rf"(?: +(?:the +)?(?:name|username|user)(?: +of)?)? +{name}{_CLAUSE_END}"
        ),
        # As in "its name on everything".
        (
            r"(?:^|\b(?:its|it's|im|i'm|i am|add|called|as|same name|user|username) +)"
            rf"{name} +on +(?:everything|everywhere|all(?: my| the| of)* +(?:socials|platforms|apps|accounts)"
            r"|(?:my +|the +)?socials|most +things|most +of +them|every +(?:app|platform|social))\b"
        ),
        # As in "type in name and im the one with the dog".
        (
            rf"\b(?:search|type|look|put)(?: +up| +for| +in)? +{name} +(?:(?:and|n|then) +)?"
            r"(?:im|i'm|i am|ill|i'll|it'll|itll|thats me|that's me|its me|it's me|my|you'll|youll|ull|u'll)\b"
        ),
        # As in "friend code is 1234 5678 9012", "friend code 123 456 789".
        (
            r"\b(?:friend ?code|fc)\b[^0-9]{0,15}"
            r"([0-9]{4}(?:[ -]?[0-9]{4}){2}|[0-9]{3}(?:[ -]?[0-9]{3}){2,3}|[0-9]{8,10})\b"
        ),
        # As in "my 👻 is name", "📸: name".
        rf"{drawn} *(?:[:=]|is |its )+ *{name}{_CLAUSE_END}",
    )
    strict_anywhere = (
        # As in "main = name.1", "👻: name_1".
        rf"(?:\bmain|{drawn}) *[=:-]* *{name}",
        # As in "name_1 thats me".
        rf"(?:^|[,!?] *|\bits +){name} +(?:thats|that's|is) +(?:me|my)\b",
        # As in "im name.1 on there", "same on everything name_1".
        rf"\b(?:im|i'm|its|it's) +{name} +on +(?:there|it|that)\b",
        rf"\bon +everything *[:,]* +{name}",
        rf"{name} +everywhere\b",
        # As in "my old acc got hacked its name.1".
        rf"\b(?:acc|account|user|profile|page|channel)\b[^.!?\n]{{0,40}}? +(?:its|it's|im|i'm|is|now) +{name}",
        # As in "name_1 👻".
        rf"{name} *{drawn}",
        # As in "@ is name_1", "my tag is name_1".
        (
            rf"(?:^|\bmy +)(?:@|tag|priv|main|alt|spam|2nd|second|other|new|old)(?: +(?:acc|account|one|page|insta))?"
            rf" +is +{name}"
        ),
        # As in "search its.name".
        rf"{verb}(?: +(?:me|us|up|for|my|her|him)){{0,2}}(?: *[,:-])? +(?:its +|it's +)?{name}",
    )
    # As in "my 👻 name".
    unusual_anywhere = (rf"\bmy +{drawn} *{name}{_CLAUSE_END}",)
    full_names = _full_names(platforms, games, every)
    return Usernames(
        named=_patterns(loose, strict, unusual),
        full_names=tuple(map(Pattern, full_names)),
        named_set=PatternSet([*loose, *_telling(strict), *unusual, *full_names]),
        anywhere=_patterns(loose_anywhere, strict_anywhere, unusual_anywhere),
        anywhere_set=PatternSet([*loose_anywhere, *_telling(strict_anywhere), *unusual_anywhere]),
    )


def _telling(strict: Iterable[str]) -> Iterator[str]:
    """Write expressions so that only a name that counts is seen by them."""
    return (expression.replace(_NAME, _TELLING_NAME) for expression in strict)


def _patterns(loose: Sequence[str], strict: Sequence[str], unusual: Sequence[str] = ()) -> tuple[UsernamePattern, ...]:
    return (
        *(UsernamePattern(Pattern(expression)) for expression in loose),
        *(UsernamePattern(Pattern(expression), strict=True) for expression in strict),
        *(UsernamePattern(Pattern(expression), unusual=True) for expression in unusual),
    )


def _full_names(platforms: Mapping[str, str], games: Iterable[str], every: str) -> tuple[str, ...]:
    named = any_of(
        [
            *(word for word, platform in platforms.items() if platform in _FULL_NAMES),
            *_FULL_NAMES.intersection(games),
        ]
    )
    name = r"([\pL][\pL'-]*(?: +[\pL][\pL'-]*){1,2}?)"
    three = r"([\pL][\pL'-]*(?: +[\pL][\pL'-]*){1,2})"
    return (
        (
            rf"\b{named}(?: +name)?(?: *[:=,-]+ *| +(?:(?:is|its|im|i'm|as|under|called|name|by)(?:: *| +)){{1,3}})"
            rf"{three}"
        ),
        # As in "im Jay Dogsworth on facebook", "look for Jay Dogsworth on insta".
        (
            r"(?:\b(?:im|i'm|i am|under|for|as|name is|names|called|search|find|add|look up|type in|type|its|it's)"
            rf"(?: +(?:under|as|called|for|down as))? +|^){name} +(?:on|into|in) +(?:the +|my +)?{any_of(platforms)}\b"
        ),
        # As in "strava: look for Jay Dogsworth", "add me on fb jay dogsworth".
        (
            rf"{every}\b[^.!?\n]{{0,30}}?\b(?:look for|look up|search for|search|find|type in|under|name)(?: +me)?"
            rf"(?: +under| +as| +is| +its)?(?: +my +(?:[a-z]+ +)?name)? *[:,]? +{three}"
        ),
        rf"\b(?:add|find|look|search|message)(?: +for)?(?: +me)(?: +up)? +on +{named} *[:,-]* *{three}",
        rf"\bmy +{named}'?s +{three}",
    )
