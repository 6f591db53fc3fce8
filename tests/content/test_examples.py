"""The examples of rules as they are run for a service's own folder."""

from dataclasses import replace
from typing import Any

import pytest

from content.examples import broken_examples
from content.library import Content


def _with_one(content: Content, **changes: Any) -> Content:  # noqa: ANN401 - fields of a rule
    """The content with one rule of each engine; that of contact details, changed."""
    rules = content.contact_rules
    changed = replace(rules, rules={"phone-mobile": rules.rules["phone-mobile"].model_copy(update=changes)})
    lexicon = replace(content.lexicon, rules=content.lexicon.rules[:1], classifier=None)
    return replace(content, read_contact_rules=lambda: changed, read_lexicon=lambda: lexicon)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"finds": ("see you at four",)}, ['The rule phone-mobile misses its example "see you at four".']),
        ({"passes": ("ok / 07700 900123",)}, ['The rule phone-mobile finds its near miss "ok / 07700 900123".']),
    ],
)
def test_a_rule_of_the_filter(content: Content, changes: dict[str, object], said: list[str]) -> None:
    """Shipped rules keep their word; a changed example that doesn't fit is told, over several messages too."""
    assert list(broken_examples(_with_one(content, **changes))) == said
