"""Whatever disguise a contact detail or grave words are planted in, they are caught."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from content.contact_details import find_contact_details, redact
from content.safeguarding import find_safeguarding
from tests.shipped import shipped_content

# Not a fixture: of a failing example it would be printed whole.
RULES = shipped_content().contact_rules
LEXICON = shipped_content().lexicon

NUMBERS = st.integers(0, 999).map(lambda last: f"07700900{last:03}")
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
LETTERS = {"0": "oO", "1": "lI", "5": "sS"}
# What stands around: no digits, no words of numbers, nothing that leads to a detail.
AROUND = st.sampled_from(["", "here u go", "Morning Sam, hope the interview went well", "keep the paper this time ok"])
PLATFORMS = [
    *("snap", "snapchat", "insta", "ig", "instagram", "tiktok", "discord", "disc", "psn", "xbox", "roblox", "steam"),
    *("telegram", "kik", "twitch"),
]
NAMES = st.from_regex(r"[a-z]{3,7}[0-9_][a-z0-9]{2,6}", fullmatch=True).filter(lambda name: not name.endswith("_"))
MAILBOXES = st.tuples(
    st.sampled_from(["sam", "kaydee", "mr smith", "leon", "tanyab"]).map(lambda name: name.replace(" ", "")),
    st.integers(2, 99),
    st.sampled_from(["gmail", "hotmail", "outlook", "icloud", "yahoo"]),
    st.sampled_from(["com", "co.uk"]),
)


def found(text: str, kind: str, planted: str) -> bool:
    """Whether nothing of what was planted is left, and its kind is told."""
    findings = find_contact_details(text, RULES)
    return kind in {finding.kind for finding in findings} and planted not in redact(text, findings, RULES)


@given(NUMBERS, AROUND, st.data())
def test_a_number_in_words(number: str, around: str, data: st.DataObject) -> None:
    """Digits as words, doubled and trebled, some of them still digits."""
    said = []
    at = 0
    while at < len(number):
        digit, run = number[at], 1
        while number[at : at + run + 1] == digit * (run + 1) and run < 3:
            run += 1
        word = data.draw(st.sampled_from([WORDS[int(digit)], *(["oh", "nought", "o"] if digit == "0" else [])]))
        if run > 1 and data.draw(st.booleans()):
            said.append(f"{'double' if run == 2 else 'treble'} {word}")
        else:
            run = 1
            said.append(data.draw(st.sampled_from([word, word, digit])))
        at += run
    planted = data.draw(st.sampled_from([" ", ", ", "-", " . "])).join(said)
    assert found(f"{around} {planted}", "phone", planted)


@given(NUMBERS, AROUND, st.data())
def test_a_number_with_letters_for_digits(number: str, around: str, data: st.DataObject) -> None:
    """O for 0, l for 1, S for 5."""
    signs = [data.draw(st.sampled_from([digit, *LETTERS.get(digit, "")])) for digit in number]
    planted = "".join(signs[:5]) + data.draw(st.sampled_from(["", " ", "-"])) + "".join(signs[5:])
    assert found(f"{around} {planted} ok", "phone", planted)


@given(NUMBERS, st.data())
def test_a_number_between_words(number: str, data: st.DataObject) -> None:
    """Digits broken up by other words."""
    fillers = st.sampled_from(["then", "and", "um", "next", "followed by"])
    parts = [number[:3], number[3:5], number[5:8], number[8:]]
    planted = "".join(part if not at else f" {data.draw(fillers)} {part}" for at, part in enumerate(parts))
    assert found(f"start with {planted}", "phone", parts[-1])


@given(NUMBERS, st.sets(st.integers(2, 9), min_size=1, max_size=3))
def test_a_number_over_messages(number: str, cuts: set[int]) -> None:
    """In the message that completes it, or makes it usable, the piece is found."""
    edges = [0, *sorted(cuts), len(number)]
    pieces = [number[start:end] for start, end in pairwise(edges)]
    assert any(
        finding.kind == "phone"
        for at, piece in enumerate(pieces)
        for finding in find_contact_details(piece, RULES, tuple(pieces[:at]))
    )


@given(MAILBOXES, AROUND, st.data())
def test_a_mailbox_spelt_out(mailbox: tuple[str, int, str, str], around: str, data: st.DataObject) -> None:
    """At and dot as words, in brackets, or with blanks."""
    name, number, provider, ending = mailbox
    at = data.draw(st.sampled_from(["@", " at ", " @ ", "(at)", " [at] "]))
    dot = data.draw(st.sampled_from([".", " dot ", "(dot)", " . "]))
    planted = f"{name}{number}{at}{provider}{dot}{ending.replace('.', dot)}"
    assert found(f"{around} {planted}", "email", f"{name}{number}")


@given(st.sampled_from(["kaysdiary", "samsphotos", "bigleon"]), AROUND, st.data())
def test_an_address_of_the_web_spelt_out(name: str, around: str, data: st.DataObject) -> None:
    """With and without its beginning, the dot as a word."""
    dot = data.draw(st.sampled_from([".", " dot ", "(dot)"]))
    start = data.draw(st.sampled_from(["", "https://", "www."]))
    planted = f"{start}{name}{dot}{data.draw(st.sampled_from(['com', 'net', 'org', 'co.uk']))}"
    assert found(f"{around} {planted}", "url", name)


@given(
    NAMES,
    st.sampled_from(PLATFORMS),
    st.sampled_from(
        ["my {platform} is {name}", "{platform}: {name}", "add me on {platform} {name}", "{platform} - {name}"]
    ),
)
def test_a_username_of_any_platform(name: str, platform: str, said: str) -> None:
    """Behind the words that young people have for the platform."""
    assert found(said.format(platform=platform, name=name), "handle", name)


@given(
    st.sampled_from(["SW1A 2AA", "M1 1AE", "LS1 4DY", "G2 1DY", "CF10 1EP", "B33 8TH", "BS1 5TR"]),
    st.sampled_from([str, str.lower, lambda code: code.replace(" ", ""), lambda code: code.replace(" ", "  ")]),
    AROUND,
)
def test_a_postcode_in_any_writing(code: str, write: Callable[[str], str], around: str) -> None:
    """Upper or lower case, with or without its blank."""
    planted = write(code)
    # Small letters can mean an ordinal, as in "the e3 2nd stop".
    assume(planted != "b33 8th")
    assert found(f"{around} its {planted} ok", "postcode", planted)


@given(
    st.integers(1, 250),
    st.sampled_from(["Maple", "Church", "Victoria", "Station", "St Johns", "Park", "New", "St. Mary's"]),
    st.sampled_from(["Road", "rd", "street", "Ave", "Close", "lane", "Crescent", "drive"]),
    st.sampled_from(["i live at {}", "come to {}", "my address is {}", "we moved to {}"]),
)
def test_a_house_in_a_street(number: int, name: str, street: str, said: str) -> None:
    """A house number with its street."""
    planted = f"{number} {name} {street}"
    assert found(said.format(planted), "address", planted)


@given(
    st.integers(10_00_00, 99_99_99).map(str),
    st.integers(10_000_000, 99_999_999).map(str),
    st.sampled_from(["sort code {} account {}", "sc {} acc {}", "{} {}"]),
)
def test_an_account(sort: str, account: str, said: str) -> None:
    """A sort code with its account number."""
    code = f"{sort[:2]}-{sort[2:4]}-{sort[4:]}"
    assert found(said.format(code, account), "bank", account)


@given(
    st.integers(10_00_00, 99_99_99).map(str),
    st.integers(10_000_000, 99_999_999).map(str),
    st.sampled_from([("my sort code is {}", 0), ("account no {}", 1), ("acc num: {}", 1), ("s/c {}", 0)]),
    st.sampled_from(["", " ", None]),
)
def test_an_account_by_its_name(sort: str, account: str, said: tuple[str, int], gap: str | None) -> None:
    """Either of the two alone, behind the word for it, in figures or in words."""
    digits = (sort, account)[said[1]]
    planted = " ".join(WORDS[int(digit)] for digit in digits) if gap is None else gap.join(digits)
    assert found(said[0].format(planted), "bank", planted)


@given(NUMBERS, AROUND)
def test_a_number_in_words_without_blanks(number: str, around: str) -> None:
    """Words for digits that are written together."""
    planted = "".join(WORDS[int(digit)] for digit in number)
    assert found(f"{around} {planted}", "phone", planted)


INVITED = ["whats ur {}", "add me on {}", "got {}?", "can we talk on {} instead", "its easier on {}", "do u want my {}"]
SPELT = [
    lambda name: name.translate(str.maketrans("aieot", "41307")),
    lambda name: name.replace("a", "@"),
    lambda name: f"{name[:2]}*{name[3:]}",
    str.upper,
    lambda name: name.replace("a", "aaaa"),
]


@given(
    st.sampled_from(["snapchat", "instagram", "whatsapp", "telegram", "discord", "tiktok", "facebook"]),
    st.sampled_from(INVITED),
    st.sampled_from(SPELT),
)
def test_an_invitation_in_disguise(platform: str, said: str, spell: Callable[[str], str]) -> None:
    """Signs for letters, one letter starred out, drawn out."""
    planted = said.format(spell(platform))
    assert found(planted, "platform_move", planted)


@given(st.sampled_from(PLATFORMS[:4]), NAMES)
def test_a_platform_sign_by_sign(platform: str, name: str) -> None:
    """The words before the name with blanks between their letters."""
    planted = " ".join(f"my{platform}is".replace(" ", ""))
    assert found(f"{planted} {name}", "handle", name)


@given(st.sampled_from(PLATFORMS[:4]), NAMES, st.sampled_from([".", "-", ",", "*"]), st.sampled_from([" is ", ": "]))
def test_a_platform_with_signs_between(platform: str, name: str, sign: str, means: str) -> None:
    """Dots or dashes between the letters of the platform."""
    assume(len(platform) > 2)
    assert found(f"{sign.join(platform)}{means}{name}", "handle", name)


ANNOUNCED = ["my {} is", "add me on {}", "its my {}:", "whats ur {} / mine is", "find me on {}"]


@given(st.sampled_from(PLATFORMS), st.sampled_from(ANNOUNCED), st.from_regex(r"[bcdfgjk]{4}[a-z]{2,6}", fullmatch=True))
def test_a_name_in_the_next_message(platform: str, said: str, name: str) -> None:
    """Any word that isn't said all day, where the message before says that a name comes."""
    assume(not name.endswith("ing"))
    assert found_at_last([*said.format(platform).split(" / "), name], "handle")


@given(
    st.sampled_from(PLATFORMS),
    st.from_regex(r"[bcdfgjk]{3}[a-z]{1,4}", fullmatch=True),
    st.from_regex(r"_[a-z]{2,4}|[0-9]{2,4}|[a-z]{2}[0-9]{2}", fullmatch=True),
)
def test_a_name_in_pieces(platform: str, begun: str, rest: str) -> None:
    """A platform, the beginning of a name, and its rest."""
    assume(begun not in RULES.everyday and begun not in RULES.platforms and begun + rest not in RULES.everyday)
    assert found_at_last([f"add me on {platform}", begun, rest], "handle")


@given(st.sampled_from(PLATFORMS), NAMES, st.sampled_from(["thats my {}", "its my {}", "on {}", "thats me on {}"]))
def test_a_platform_behind_its_name(platform: str, name: str, said: str) -> None:
    """The name comes first, and what makes it usable behind it."""
    assert found_at_last([name, said.format(platform)], "handle")


def found_at_last(messages: list[str], kind: str) -> bool:
    """Whether a detail of the kind is found in the last of several messages, or stood in the one before."""
    *before, last = messages
    stood = find_contact_details(messages[-2], RULES, tuple(messages[:-2]))
    return kind in {finding.kind for finding in (*find_contact_details(last, RULES, tuple(before)), *stood)}


@given(
    st.sampled_from(["joanna brown", "Shaz Hussain", "danielle hartley"]),
    st.sampled_from(["im {} on fb", "look me up on facebook, {}", "{} on messenger", "facebook: look for {}"]),
)
def test_a_full_name(name: str, said: str) -> None:
    """With capitals, or in small letters behind a first name of the list."""
    assume(name[0].isupper() or name.split(maxsplit=1)[0] in RULES.first_names)
    assert found(said.format(name), "handle", name)


GRAVE = ["i want to kill myself", "he raped me", "im going to stab him", "i took an overdose"]
LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0"})
DISGUISES: list[Callable[[str], str]] = [
    str.upper,
    lambda words: words.translate({code: code + 0xFEE0 for code in range(ord("a"), ord("z") + 1)}),
    lambda words: "".join(chr(0x1D41A + ord(sign) - ord("a")) if "a" <= sign <= "z" else sign for sign in words),
    "\u200b".join,
    lambda words: words.replace("i", "\u0456").replace("o", "\u043e"),
    lambda words: "".join(f"{sign}\u0301\u0301" for sign in words),
    lambda words: f"\u202e{words}\u202c",
    lambda words: words.replace("l", "llll").replace("a", "aaaa"),
    lambda words: " ".join(word.translate(LEET) if len(word) > 3 else word for word in words.split()),
    lambda words: "  ".join(" ".join(word) if len(word) > 2 else word for word in words.split()),
    lambda words: " ".join(".".join(word) if len(word) > 3 else word for word in words.split()),
]


@given(st.sampled_from(GRAVE), st.sampled_from(DISGUISES), AROUND)
def test_grave_words_in_disguise(words: str, disguise: Callable[[str], str], around: str) -> None:
    """Signs that look alike, nothing between letters, accents, stretched, spaced or dotted letters, leetspeak."""
    before = f"{around} " if around else ""
    text = f"{before}{disguise(words)}"
    findings = find_safeguarding(text, LEXICON)
    assert findings
    assert all(len(before.rstrip()) <= finding.end <= len(text) for finding in findings)
