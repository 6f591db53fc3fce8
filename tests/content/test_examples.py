"""The examples of rules as they are run for a service's own folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from content.examples import broken_examples
from content.library import SHIPPED, Content


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
        (
            {"finds": ("see you at four",)},
            ['The rule phone-mobile misses its example "see you at four"'],
        ),
        (
            {"passes": ("ok / 07700 900123",)},
            ['The rule phone-mobile finds its near miss "ok / 07700 900123"'],
        ),
    ],
)
def test_a_rule_of_the_filter(content: Content, changes: dict[str, object], said: list[str], tmp_path: Path) -> None:
    """Shipped rules keep their word; a changed example that doesn't fit is told, over several messages too.

    It is told where it is shipped, or, where the service's own folder changes the rule, there.
    """
    broken = list(broken_examples(_with_one(content, **changes)))
    assert [one.sentence for one in broken] == [f"{one}: change the rule, or the example." for one in said]
    assert {one.file for one in broken} <= {SHIPPED / "details" / "phone.toml"}
    own = tmp_path / "details" / "x.toml"
    own.parent.mkdir()
    own.write_text('# ours\n[[rule]]\nid = "phone-mobile"\nsure = "certain"\n', encoding="utf-8")
    broken = list(broken_examples(_with_one(content, **changes), tmp_path))
    assert [(one.file, one.line) for one in broken] == [(own, 2)] * len(said)
    key = next(iter(changes), "")
    advice = f'change what you changed, or give the rule "{key}" of your own.'
    assert [one.sentence for one in broken] == [f"{one}: {advice}" for one in said]


def test_what_words_weigh(content: Content, tmp_path: Path) -> None:
    """Examples of the kinds of harm that are told by weight stand in the file of the classifier."""
    classifier = content.lexicon.classifier
    assert classifier is not None
    own = tmp_path / "classifier.toml"
    own.write_text('[missing]\nfinds = ["see you at four"]\n', encoding="utf-8")
    missing = classifier.kinds["missing"].model_copy(update={"finds": ("see you at four",)})
    changed = replace(classifier, kinds={"missing": missing})
    lexicon = replace(content.lexicon, rules=content.lexicon.rules[:1], classifier=changed)
    (broken,) = broken_examples(replace(_with_one(content), read_lexicon=lambda: lexicon), tmp_path)
    assert (broken.file, broken.line) == (own, 2)
    assert broken.sentence.startswith("The rule missing-by-weight misses its example")
