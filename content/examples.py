"""Whether each rule keeps its word: the examples in the content files, run through the rule that they stand beside."""

from collections.abc import Iterator
from dataclasses import replace

from content.by_weight import RULES
from content.classifier import Classifier
from content.contact_details import find_contact_details
from content.contact_rules import ContactRules
from content.lexicon import Rule, compile_lexicon
from content.library import Content
from content.safeguarding import find_safeguarding
from content.word_lists import WordLists

# Between successive messages of one sender in an example.
_NEXT = " / "


def broken_examples(content: Content) -> Iterator[str]:
    """A sentence for each rule of `content` that misses an example or finds a near miss.

    Each rule is tried alone: what another one finds in the same words says nothing about it.
    """
    for compiled in content.lexicon.rules:
        yield from broken_of_scan(compiled.rule, content.lexicon.lists)
    if content.lexicon.classifier:
        yield from broken_of_weights(content.lexicon.classifier, content.lexicon.lists)
    for name in content.contact_rules.rules:
        yield from broken_of_filter(name, content.contact_rules)


def broken_of_filter(name: str, rules: ContactRules) -> Iterator[str]:
    """The same for one rule about contact details."""
    rule = rules.rules[name]
    alone = replace(rules, rules={name: rule})
    for text in (*rule.finds, *rule.passes):
        messages = text.split(_NEXT)
        found = any(find_contact_details(words, alone, messages[:at]) for at, words in enumerate(messages))
        if found is not (text in rule.finds):
            yield _sentence(name, text, found=found)


def broken_of_scan(rule: Rule, lists: WordLists) -> Iterator[str]:
    """The same for one rule of the scan."""
    side = rule.side if isinstance(rule.side, str) else None
    lexicon = compile_lexicon([rule], lists)
    for text in (*rule.finds, *rule.passes):
        found = any(find_safeguarding(text, lexicon, side))
        if found is not (text in rule.finds):
            yield _sentence(rule.id, text, found=found)


def broken_of_weights(classifier: Classifier, lists: WordLists) -> Iterator[str]:
    """The same for the kinds of harm that are told by the weight of words."""
    lexicon = compile_lexicon([], lists, classifier)
    for kind, described in classifier.kinds.items():
        for text in () if described.off else (*described.finds, *described.passes):
            found = any(one.category == kind for one in find_safeguarding(text, lexicon))
            if found is not (text in described.finds):
                yield _sentence(RULES[kind], text, found=found)


def _sentence(rule: str, text: str, *, found: bool) -> str:
    return (
        f'The rule {rule} finds its near miss "{text}".' if found else f'The rule {rule} misses its example "{text}".'
    )
