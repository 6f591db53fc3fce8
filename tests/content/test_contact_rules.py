"""Every rule of the contact-details filter finds what it says, passes its near misses, and is held to it here."""

from dataclasses import replace

import pytest

from content.contact_details import ContactFinding, find_contact_details, may_continue
from content.contact_rules import ContactRules
from content.examples import broken_of_filter
from tests.shipped import shipped_content

EVERY = shipped_content().contact_rules.rules


def judged(text: str, rules: ContactRules) -> list[ContactFinding]:
    """What is found in successive messages of one sender, each with those before it."""
    messages = text.split(" / ")
    return [one for at, message in enumerate(messages) for one in find_contact_details(message, rules, messages[:at])]


@pytest.mark.parametrize("name", EVERY)
def test_a_rule_keeps_its_word(rules: ContactRules, name: str) -> None:
    """Each rule finds its examples and passes its near misses, as `telementor check` looks at them."""
    assert list(broken_of_filter(name, rules)) == []


@pytest.mark.parametrize("name", EVERY)
def test_a_finding_says_how_sure_it_is_and_why(rules: ContactRules, name: str) -> None:
    """With one rule alone nothing is found by another name."""
    rule = EVERY[name]
    found = [one for text in rule.finds for one in judged(text, replace(rules, rules={name: rule}))]
    assert {(one.rule, one.sure, one.why) for one in found} == {(name, rule.sure, rule.why)}


def test_the_piece_that_completes_a_number_is_found(rules: ContactRules) -> None:
    """The place is the piece in the last text; earlier pieces pass alone, and a piece that is sent again is found."""
    before = ["my number is 07700", "900", "sorry doorbell"]
    (found,) = find_contact_details("638 and im free from six", rules, before)
    assert (found.kind, found.start, found.end, found.back) == ("phone", 0, 3, 3)
    assert [find_contact_details(text, rules, before[:at]) for at, text in enumerate(before)] == [(), (), ()]
    assert find_contact_details("638", rules, [*before, "638 and im free from six"])


def test_far_back_only_bare_digits_are_gone_on_with(rules: ContactRules) -> None:
    """A number that comes digit by digit is found behind as many messages; a time of long ago begins none."""
    digits = [*"07700900123"]
    found = [find_contact_details(digit, rules, digits[:at]) for at, digit in enumerate(digits)]
    assert [bool(one) for one in found] == [False] * 10 + [True]
    talk = ["got there at 0745 and it didnt open"]
    assert find_contact_details("3412345", rules, [*talk, *["ok"] * 9]) == ()


def test_what_ends_an_invitation_makes_earlier_messages_worth_reading(rules: ContactRules) -> None:
    """A platform or a detail at the end of a few words, and letters on their own; nothing of ordinary talk."""
    assert all(
        may_continue(text, rules) for text in ("app me", "number", "on insta", "k a y z 0 7", "underscore x07", "e")
    )
    assert not any(may_continue(text, rules) for text in ("come with me to the shop", "ok then", "my phone is broken"))


def test_the_end_of_a_link_is_told_as_one(rules: ContactRules) -> None:
    """What was taken out isn't put together with the link's beginning again: the rule and its reason fit."""
    (found,) = find_contact_details("samj", rules, ["t.me/"])
    assert (found.rule, found.why, found.back) == ("link-split", rules.rules["link-split"].why, 1)


def test_ordinary_chat_asks_for_no_earlier_messages(rules: ContactRules) -> None:
    """Only what looks like a piece makes the earlier messages worth reading."""
    assert not any(may_continue(text, rules) for text in ("how was school", "see you then", "one of them said so"))
    assert all(may_continue(text, rules) for text in ("638", "then 900", "@gmail.com", "jay_d", "Jay Dogsworth"))


def test_a_flood_is_taken_out_whole(rules: ContactRules) -> None:
    """More numbers or details than anybody writes are taken out with the whole text; many are looked at one by one."""
    for flood in ("7 " * 700, "a@b.com " * 300):
        (found,) = find_contact_details(flood, rules)
        assert (found.start, found.end, found.rule) == (0, len(flood), "unsettled")
    assert find_contact_details("7 " * 500, rules) == ()
    assert len(find_contact_details("jay@b.com " * 50, rules)) == 50


def test_a_service_switches_a_detector_off(rules: ContactRules) -> None:
    """A rule that is off finds nothing, the others still do."""
    some = replace(rules, rules={name: rule for name, rule in EVERY.items() if name != "phone-words"})
    assert find_contact_details("oh seven seven double oh nine double oh one two three", some) == ()
    assert find_contact_details("07700 900123", some)
