"""The contact-details filter: what it takes out, what it lets pass, and what it promises of any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.contact_details import find_contact_details, redact
from content.contact_rules import KINDS, ContactRules

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=120)
# Pieces that details are made of: put together at random they make hard cases.
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "07700",
                "900123",
                "0",
                "7",
                "44",
                "+44",
                "00",
                "999",
                "0800 1111",
                "116 123",
                " ",
                "-",
                ".",
                "@",
                ":",
                "/",
            ),
            *("a", "jay", "jay_1", "snap", "insta", "my", "is", "com", "nhs.uk", "t.me", "www.", "https://", "gmail"),
            *("SW1A", "1AA", "\n", "\u200b", "\u0301", "７", "😀", "(", ")", "[", "]", "add me on", "username", "_"),
            *(
                "[number removed]",
                "[link removed]",
                "[username removed]",
                "[postcode removed]",
                "é",
                "01/02/2026",
                "12:30",
                "'",
                "+",
                "%",
            ),
        ]
    ),
    max_size=30,
).map("".join)

PHONES = [
    "07700900123",
    "07700 900123",
    "07700 900 123",
    "07700-900-123",
    "07700.900.123",
    "07700/900/123",
    "(07700) 900123",
    "0 7 7 0 0 9 0 0 1 2 3",
    "0-7-7-0-0-9-0-0-1-2-3",
    "07 70 09 00 12 3",
    "077 009 00 123",
    "+447700900123",
    "+44 7700 900123",
    "+44 (0)7700 900123",
    "(+44) 7700 900123",
    "0044 7700 900123",
    "447700900123",
    "7700 900123",
    "0044 (0) 7700 900123",
    "020 7946 0123",
    "(020) 7946 0123",
    "02079460123",
    "+44 20 7946 0123",
    "01632 960123",
    "01632 96012",
    "0800 496 0123",
    "+1 202 555 0123",
    "001 202 555 0123",
    "+353 20 910 1234",
    "０７７００ ９００１２３",
    "٠٧٧٠٠٩٠٠١٢٣",
    "0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣",
    "⓪⑦⑦⓪⓪⑨⓪⓪①②③",
    "0\u200b7\u200b7\u200b0\u200b0\u200b9\u200b0\u200b0\u200b1\u200b2\u200b3",
    "07700\n900123",
    "07700 👉 900123",
    "07700•900•123",
    "07700_900_123",
    # A number that is too new for any list, and one with a digit too many.
    "07999 999999",
    "077009001234",
    "1x07700900123x",
]


@pytest.mark.parametrize("number", PHONES)
@pytest.mark.parametrize("around", ["{}", "text me on {} ok?", "its {}", "Call {}."])
def test_phone_numbers_are_taken_out(rules: ContactRules, number: str, around: str) -> None:
    """A number in any spacing, sign or digits goes, and nothing of it stays."""
    text = around.format(number)
    findings = find_contact_details(text, rules)
    assert [finding.kind for finding in findings] == ["phone"]
    left = redact(text, findings, rules).replace("[number removed]", "")
    assert not any(character.isdigit() for character in left.replace("1x", ""))


@pytest.mark.parametrize(
    ("kind", "text", "left"),
    [
        ("email", "jay@example.com", "[email removed]"),
        ("email", "mail Jay.D+x@Example.co.uk ok", "mail [email removed] ok"),
        ("email", "jay @ example . com pls", "[email removed] pls"),
        ("email", "ｊａｙ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[email removed]"),
        ("email", "mailto:jay@example.com", "mailto:[email removed]"),
        ("url", "see https://example.com/x?y=1.", "see [link removed]."),
        ("url", "www.example.com", "[link removed]"),
        ("url", "example.co.uk is mine", "[link removed] is mine"),
        ("url", "t.me/jay_d", "[link removed]"),
        ("url", "http://t.me/jay_d", "[link removed]"),
        ("url", "wa.me/447700900123", "[link removed]"),
        ("url", "bit.ly/abc", "[link removed]"),
        ("url", "jay.carrd.co", "[link removed]"),
        ("url", "page.club/jay", "[link removed]"),
        ("url", "http://192.0.2.1/x", "[link removed]"),
        ("email", "https://nhs.uk@example.com/", "[email removed]"),
        ("url", "nhs.uk.example.com", "[link removed]"),
        ("url", "example.com:8080/x", "[link removed]"),
        ("handle", "@jay_d", "[username removed]"),
        ("handle", "add @jay.d2 quick", "add [username removed] quick"),
        ("handle", "snap: jaydog", "snap: [username removed]"),
        ("handle", "Snapchat - jaydog99", "Snapchat - [username removed]"),
        ("handle", "insta is jaydog", "insta is [username removed]"),
        ("handle", "my ig name_1", "my ig [username removed]"),
        ("handle", "my ig name is jaydog", "my ig name is [username removed]"),
        ("handle", "my psn id: jaydog", "my psn id: [username removed]"),
        ("handle", "my gamertag is jaydog", "my gamertag is [username removed]"),
        ("handle", "add me on snap jaydog", "add me on snap [username removed]"),
        ("handle", "hmu on insta jaydog", "hmu on insta [username removed]"),
        ("handle", "im jay_99 on tiktok", "im [username removed] on tiktok"),
        ("handle", "im jaydog on insta", "im [username removed] on insta"),
        ("handle", "IG- jay_dog", "IG- [username removed]"),
        ("handle", "insta @ jaydog", "insta @ [username removed]"),
        ("postcode", "i live in SW1A 1AA", "i live in [postcode removed]"),
        ("postcode", "ox11aa", "[postcode removed]"),
        ("postcode", "rg1 1aa x", "[postcode removed] x"),
        ("postcode", "M1 1AE", "[postcode removed]"),
        ("postcode", "N94TH", "[postcode removed]"),
        ("postcode", "its B33 8TH ok", "its [postcode removed] ok"),
        ("postcode", "n9 4th, N9 4TH", "n9 4th, [postcode removed]"),
    ],
)
def test_other_details_are_taken_out(rules: ContactRules, kind: str, text: str, left: str) -> None:
    """E-mails, links, usernames and postcodes go, and their mark says what stood there."""
    findings = find_contact_details(text, rules)
    assert [finding.kind for finding in findings] == [kind]
    assert redact(text, findings, rules) == left


@pytest.mark.parametrize(
    "text",
    [
        *("999", "ring 112", "call 111 or 101", "9 9 9", "116 123", "116123", "1 1 6 1 2 3", "0800 1111", "08001111"),
        *("0800-1111", "text SHOUT to 85258", "+44 800 1111", "116 123, 0800 1111 or 999", "0800 1111 999"),
        *("０８００ １１１１", "0808 800 5000", "tel 0300 123 3393", "0800 068 4141"),
        *("at 7:30", "see you 07:30 - 09:15", "7.30 till 9.30", "half 7", "on 07/11/2026", "07.11.2026 at 10:00"),
        *("2026-11-07", "07/11/2026 0930", "born 2010, now 16", "2019 2020 2021", "im 15", "£1,000,000", "£20 £30 £40"),
        *("we won 3-2", "2-1, 0-0, 3-3, 1-4", "bus 17 then the 38", "the E3 2nd stop", "room 204", "cell 3-14"),
        *("the e3 2nd stop", "e3 2ND go", "E3 2nd", "S21 8GB"),
        *("07 12 23 34 41 49", "1 2 3 4 5 6 7 8 9 10", "25% of 400", "10,000 steps", "1000000000 times", "m1 at 4pm"),
        *(
            "nhs.uk",
            "https://www.nhs.uk/conditions",
            "www.gov.uk/jobs",
            "info@samaritans.org",
            "police.uk.",
            "Childline.org.uk",
        ),
        *("well...ok", "thats it.so anyway", "e.g. this", "i.e. that", "ok.me too", "yes.no.maybe", "u.s.a"),
        *(
            "my snap is broken",
            "im always on insta",
            "ps5 is sick",
            "im insta-famous",
            "insta is so boring",
            "snap: lol",
            "i like tiktok",
            "my name is Sam",
        ),
        *("meet @5pm", "@ the library", "im @home", "@school", "whatsapp is down", "steam came out", "my tag is itchy"),
        *(
            "my handle is on the left",
            "oh snap thats good",
            "a 1st in maths",
            "B12 vitamin",
            "M25 6pm",
        ),
        *("", " ", "hello", "👍🏽", "مرحبا ٢٠٢٦", "नमस्ते १२"),
    ],
)
def test_everyday_words_pass(rules: ContactRules, text: str) -> None:
    """Helplines in any spacing, times, dates, ages, prices, scores, buses, official sites and talk pass unchanged."""
    findings = find_contact_details(text, rules)
    assert findings == ()
    assert redact(text, findings, rules) is text or redact(text, findings, rules) == text


def test_several_details_in_one_text(rules: ContactRules) -> None:
    """Each is found where it stands, in order."""
    text = "ring 07700 900123 or 020 7946 0123, mail jay@example.com, snap: jaydog"
    findings = find_contact_details(text, rules)
    assert [text[finding.start : finding.end] for finding in findings] == [
        "07700 900123",
        "020 7946 0123",
        "jay@example.com",
        "jaydog",
    ]


def test_every_helpline_passes(rules: ContactRules) -> None:
    """Whatever number is on the list may be told, with its digits close together too."""
    assert len(rules.helplines) > 40
    for number in rules.helplines:
        text = f"you can ring {number} at any time"
        assert find_contact_details(text, rules) == (), number


@pytest.mark.parametrize("number", ["0800 800 5000", "0800 138 1677", "0808 808 4994", "0345 300 3900"])
def test_a_number_that_nobody_confirmed_is_no_helpline(rules: ContactRules, number: str) -> None:
    """What is only like a helpline (the NSPCC's begins with 0808), or was one, is a number like any other."""
    assert redact(number, find_contact_details(number, rules), rules) == "[number removed]"


def test_a_helpline_doesnt_hide_a_number(rules: ContactRules) -> None:
    """A number behind a helpline is found, the helpline stays."""
    text = "0800 1111 07700 900123 999"
    assert redact(text, find_contact_details(text, rules), rules) == "0800 1111 [number removed] 999"


@pytest.mark.parametrize("last", ["999", "then 999", "101", "111.", "112"])
@pytest.mark.parametrize("before", [("07700900",), ("07", "700900"), ("my number is 07700900", "ok?")])
def test_a_short_helpline_can_be_the_end_of_a_number(rules: ContactRules, before: tuple[str, ...], last: str) -> None:
    """Behind an unfinished number that they complete, the digits of an emergency number are the rest of it."""
    assert [finding.kind for finding in find_contact_details(last, rules, before)] == ["phone"]


@pytest.mark.parametrize(
    ("before", "last"),
    [
        *(((), "999"), (("are you ok",), "999"), (("07700900123",), "999"), (("077009",), "999")),
        *((("07700900",), "call 999"), (("07700900",), "111 mins"), (("07700",), "116123")),
    ],
)
def test_a_helpline_stays_behind_other_talk(rules: ContactRules, before: tuple[str, ...], last: str) -> None:
    """Alone, behind other talk, behind what it doesn't complete, or with words for it, a helpline is one."""
    assert find_contact_details(last, rules, before) == ()


def test_overlapping_details_become_one(rules: ContactRules) -> None:
    """A number that is a mailbox's name is one finding, named after the mailbox."""
    text = "07700900123@example.com"
    assert [(one.kind, one.start, one.end) for one in find_contact_details(text, rules)] == [("email", 0, len(text))]


def test_halves_that_come_together_are_found(rules: ContactRules) -> None:
    """What is a detail only after another one was taken out is taken out as well."""
    text = "a@b.com@jay @nhs.uk@jay_1.com snap: snap: x_1"
    once = redact(text, find_contact_details(text, rules), rules)
    assert find_contact_details(once, rules) == ()


def test_text_that_doesnt_settle_goes_whole(rules: ContactRules, monkeypatch: pytest.MonkeyPatch) -> None:
    """If taking out doesn't come to an end, the whole text is taken out rather than a part let through."""
    monkeypatch.setattr("content.contact_details._ROUNDS", 1)
    text = "hi jay@example.com"
    assert [(one.kind, one.start, one.end, one.rule) for one in find_contact_details(text, rules)] == [
        ("email", 0, len(text), "unsettled")
    ]


@pytest.mark.parametrize("text", ["AA000000000000:0", "gb82west12345698765432"])
def test_an_account_number_without_blanks(rules: ContactRules, text: str) -> None:
    """What is shaped like an international account number is looked at whole, whatever follows it."""
    found = find_contact_details(text, rules)
    assert [(one.kind, one.start, one.end) for one in found] == ([("bank", 0, len(text))] if text[0] == "g" else [])


@given(st.one_of(ANYTHING, PIECES))
def test_spans_are_sound(rules: ContactRules, text: str) -> None:
    """Spans lie inside the text, are sorted, not empty, and don't overlap; kinds are known."""
    end = 0
    for finding in find_contact_details(text, rules):
        assert end <= finding.start < finding.end <= len(text)
        assert finding.kind in KINDS
        end = finding.end


@given(st.one_of(ANYTHING, PIECES))
def test_filtering_twice_is_filtering_once(rules: ContactRules, text: str) -> None:
    """Nothing is left to find in a filtered text."""
    once = redact(text, find_contact_details(text, rules), rules)
    assert find_contact_details(once, rules) == ()


@given(st.one_of(ANYTHING, PIECES))
def test_words_outside_the_spans_stay(rules: ContactRules, text: str) -> None:
    """What isn't found is delivered as it was written."""
    findings = find_contact_details(text, rules)
    left = redact(text, findings, rules)
    if not findings:
        assert left == text
    assert left.startswith(text[: findings[0].start] if findings else text)
    assert left.endswith(text[findings[-1].end :] if findings else text)


@given(
    st.text("abc ,!?é", max_size=20),
    st.integers(0, 999),
    st.lists(st.sampled_from(["", "", "", " ", "-", ".", "\u200b", " - ", "\n"]), min_size=10, max_size=10),
    st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]),
)
def test_a_planted_number_is_caught(rules: ContactRules, before: str, last: int, gaps: list[str], digits: str) -> None:
    """A mobile number in any digits, with a gap after any third digit, is taken out wherever it stands."""
    number = f"07700900{last:03}"
    # Groups of three and more digits: shorter ones need even gaps (lottery numbers and scores look like them).
    planted = "".join(digits[int(digit)] + (gaps[at] if at in {2, 4, 7} else "") for at, digit in enumerate(number))
    text = f"{before} {planted} bye"
    findings = find_contact_details(text, rules)
    assert [finding.kind for finding in findings] == ["phone"]
    assert text[findings[0].start : findings[0].end].strip() == planted.strip()


@given(st.from_regex(r"[a-z][a-z0-9]{1,8}([._-][a-z0-9]{1,8})?@[a-z]{3,10}\.(com|co\.uk|org|net)", fullmatch=True))
def test_a_planted_mailbox_is_caught(rules: ContactRules, mailbox: str) -> None:
    """A mailbox is taken out whole."""
    text = f"its {mailbox} ok"
    assert redact(text, find_contact_details(text, rules), rules) == "its [email removed] ok"


@given(
    st.from_regex(r"[a-z]{2,8}[0-9_][a-z0-9]{1,8}", fullmatch=True),
    st.sampled_from(["snap: ", "insta is ", "@", "my ig "]),
)
def test_a_planted_username_is_caught(rules: ContactRules, name: str, lead: str) -> None:
    """A username behind its platform is taken out whole."""
    text = f"{lead}{name} ok"
    assert name not in redact(text, find_contact_details(text, rules), rules)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my snapppp is ellie_07", "my snapppp is [username removed]"),
        ("my instaaa: elliexo", "my instaaa: [username removed]"),
        ("oh sevennn nine one one one two three four five six", "[number removed]"),
        ("snap me elliexo", "snap me [username removed]"),
        ("insta me at elliexo pls", "insta me at [username removed] pls"),
        # A control that isn't delivered, and a mark that unfolds to a letter.
        ("my snap is el\x85liexo", "my snap is [username removed]"),
        ("wh\x1dats\x1dapp me", "[invitation removed]"),
        ("0\u03457\u0345911 123456", "[number removed]"),
        ("0h s3v3n n1n3 0n3 0n3 0n3 tw0 thr33 f0ur f1v3 s1x", "[number removed]"),
        ("oh 7even n1ne one one 123456", "[number removed]"),
        ("call me on seven nine double one one two three four five six", "call me on [number removed]"),
        ("seven eight nine ten eleven twelve thirteen", "seven eight nine ten eleven twelve thirteen"),
        ("my tag is EllieXo#EUW", "my tag is [username removed]"),
        ("we won #euw", "we won #euw"),
        # What is written short is nobody's name.
        ("hey wuu2 add me on snap", "hey wuu2 [invitation removed]"),
        ("snap me tonite", "[invitation removed] tonite"),
        ("hellooo how are you nooo way", "hellooo how are you nooo way"),
        ("do you use insta for your art", "do you use insta for your art"),
        ("whats your snap score like", "whats your snap score like"),
    ],
)
def test_names_and_numbers_are_seen_through_what_is_done_to_words(rules: ContactRules, text: str, left: str) -> None:
    """Letters drawn out, controls in their midst, and a name right behind the invitation."""
    assert redact(text, find_contact_details(text, rules), rules) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("its ellie r @ yahoo.co.uk", "its [email removed]"),
        ("send it to jo@example.com", "send it to [email removed]"),
        ("s a m @ g m a i l dot c o m", "[email removed]"),
        ("post to bs3 one double d", "post to [postcode removed]"),
        ("add my epic shadowlad", "add my epic [username removed]"),
        ("my flat is 12 High Street, see you", "[address removed], see you"),
        ("the youth club at 12 High Street", "the youth club at 12 High Street"),
    ],
)
def test_nothing_of_a_detail_is_left(rules: ContactRules, text: str, left: str) -> None:
    """A detail goes whole, with what stands apart from the rest of it, and no more than that."""
    assert redact(text, find_contact_details(text, rules), rules) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my 📸 is elliexo", "my 📸 is [username removed]"),
        ("add me on 👻", "[invitation removed]"),
        ("hop on 🎮", "[invitation removed]"),
        ("my 👻 is broken", "my 👻 is broken"),
        ("love this 🎵", "love this 🎵"),
    ],
)
def test_what_is_drawn_for_a_platform_is_read_as_its_word(rules: ContactRules, text: str, left: str) -> None:
    """An emoji of the content stands for a word, beside a name as well as in an invitation."""
    assert redact(text, find_contact_details(text, rules), rules) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("cn i hv ur numba", "[invitation removed]"),
        ("cld u snd me ur snap", "[invitation removed]"),
        ("lets tlk on insta", "[invitation removed]"),
        ("i hv a new phone", "i hv a new phone"),
        ("snd me the form", "snd me the form"),
    ],
)
def test_words_without_their_vowels_are_read_in_invitations(rules: ContactRules, text: str, left: str) -> None:
    """What the content lists as short for a word stands for it, and nothing else changes."""
    assert redact(text, find_contact_details(text, rules), rules) == left


def test_a_short_word_is_none_of_the_phrases_own(rules: ContactRules) -> None:
    """A phrase that has the short form itself would no longer be found."""
    said = " ".join(phrase for rule in rules.rules.values() for phrase in (*rule.phrases, *rule.unless))
    assert rules.shortened.keys().isdisjoint(re.findall(r"\w+", said))


@pytest.mark.parametrize("text", ["a [postcode removed] and 3tt", "4 [bank details removed] was right"])
def test_words_of_a_mark_are_nobodys(rules: ContactRules, text: str) -> None:
    """A mark's "postcode" tells of no other postcode, and its "bank" is no street."""
    assert find_contact_details(text, rules) == ()


def test_beside_the_mark_of_a_username_another_one_is_seen(rules: ContactRules) -> None:
    """The mark says what is spoken of, as the name of a platform does."""
    text = "@jay.dog or kezza_99"
    assert redact(text, find_contact_details(text, rules), rules) == "[username removed] or [username removed]"


def test_words_of_a_mark_are_no_invitation(rules: ContactRules) -> None:
    """What is said before a number that was taken out stays, though the mark in its place says "number"."""
    text = "you can ring me on 07700 900456 if you want"
    assert redact(text, find_contact_details(text, rules), rules) == "you can ring me on [number removed] if you want"
