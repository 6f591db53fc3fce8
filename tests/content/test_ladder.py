"""The ladder of a programme: what it takes, and which rung comes when."""

from typing import Any

import pytest
from pydantic import ValidationError

from content.ladder import Ladder

_FIRST, _LAST = {"after": 0, "to": "on_duty"}, {"every": 15, "to": "everybody"}


@pytest.mark.parametrize(
    ("rungs", "sentence"),
    [
        ([{"to": "on_duty"}, _LAST], 'either "after" or "every"'),
        ([{"after": 0, "every": 5, "to": "on_duty"}, _LAST], 'either "after" or "every"'),
        ([_LAST], "at least one follows"),
        ([{"after": 1, "to": "on_duty"}, _LAST], 'the first rung has "after = 0"'),
        ([_FIRST, {"after": 5, "to": "everybody"}], 'the last rung, and no other one, has "every"'),
        ([_FIRST, _LAST, _LAST], 'the last rung, and no other one, has "every"'),
        ([_FIRST, {"after": 9, "to": "everybody"}, {"after": 9, "to": "everybody"}, _LAST], "is larger than the one"),
        ([_FIRST, {"every": 0, "to": "everybody"}], "greater than or equal to 1"),
        ([_FIRST, {"every": 5, "to": "police"}], "on_duty"),
        ([_FIRST, {"every": 5, "to": "everybody", "channels": "fax"}], "preferred"),
    ],
)
@pytest.mark.parametrize("severity", ["immediate", "high"])
def test_what_is_no_ladder(severity: str, rungs: list[dict[str, Any]], sentence: str) -> None:
    """It begins at once, climbs, and ends with a rung that comes again and again; whatever is wrong is said."""
    with pytest.raises(ValidationError) as caught:
        Ladder.model_validate({severity: rungs})
    assert sentence in str(caught.value)
    assert severity in str(caught.value)


def test_the_shipped_times() -> None:
    """Minutes between the rungs: 5, 10 and then every 15 for `immediate`; 30 each for `high`."""
    ladder = Ladder()
    assert [ladder.wait("immediate", climbed) for climbed in range(5)] == [5, 10, 15, 15, 15]
    assert [ladder.wait("high", climbed) for climbed in range(4)] == [30, 30, 30, 30]
    assert ladder.rung("immediate", 2).channels == "sms"
    assert ladder.rung("immediate", 99) == ladder.rung("immediate", 3)
