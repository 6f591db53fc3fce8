"""The lines that weights are learnt from are whole, and the shipped weights are what was learnt from them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from content.library import SHIPPED
from content.safeguarding import CATEGORIES, Severity
from tests.rules.lines import LINES, digest, unweighed
from tests.rules.sets import read_items
from tests.shipped import shipped_content

FILES = sorted(LINES.glob("*.jsonl"))


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_line_says_what_it_is(file: Path) -> None:
    """A category and a severity, or neither; whose words they are, where that is known; no contact details."""
    for row in _rows(file):
        assert row.keys() <= {"text", "category", "also", "severity", "sender"}
        assert row["text"].strip()
        assert row.get("sender", "mentee") in {"mentee", "mentor"}
        named = [row["category"], *row.get("also", [])] if row["category"] else []
        assert set(named) <= set(CATEGORIES)
        assert row.get("severity") in ({*Severity} if named else {None})
        assert not re.search(r"\d{5}|@|https?:", row["text"])


def test_nothing_that_is_only_for_the_figure_is_learnt() -> None:
    """No message of the held-out half stands among the lines, in whatever spelling."""
    held_out = {_plain(text) for item in read_items("safeguarding", "held_out") for text in item.messages}
    assert held_out.isdisjoint(_plain(row["text"]) for file in FILES for row in _rows(file))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def test_the_weights_are_those_of_the_lines() -> None:
    """Whoever changes a line makes the weights anew: `make weights`."""
    assert digest() in (SHIPPED / "weights.toml").read_text(encoding="utf-8")


def test_what_people_are_has_no_weight() -> None:
    """Names, places, faiths, origins, whom people love and what they live with speak for nothing."""
    classifier = shipped_content().lexicon.classifier
    assert classifier is not None
    scales = (classifier.harm, classifier.urgency, *classifier.of_kinds.values())
    never = unweighed()
    assert never
    for scale in scales:
        assert never.isdisjoint(scale.words)
        assert never.isdisjoint(word for pair in scale.pairs for word in pair)
