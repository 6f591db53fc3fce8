"""Days to come, as people write them."""

from datetime import date

import pytest

from handlers.days import read_coming_day

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", TODAY),
        ("Tomorrow", date(2026, 11, 26)),
        ("until monday", date(2026, 11, 30)),
        ("mon", date(2026, 11, 30)),
        ("Wednesday.", date(2026, 12, 2)),
        ("until next thu", date(2026, 11, 26)),
        ("2027-01-05", date(2027, 1, 5)),
        ("5/1/2027", date(2027, 1, 5)),
        ("05.01.2027", date(2027, 1, 5)),
        ("5/1/27", date(2027, 1, 5)),
        ("5 January", date(2027, 1, 5)),
        ("till the", None),
        ("5th of jan", date(2027, 1, 5)),
        ("jan 5", date(2027, 1, 5)),
        ("5 Sept", date(2027, 9, 5)),
        ("25 November", TODAY),
        ("24 November", date(2027, 11, 24)),
        ("24 November 2026", date(2026, 11, 24)),
        ("5 January, 2028", date(2028, 1, 5)),
        ("29 February", date(2028, 2, 29)),
        ("30 February", None),
        ("30 February 2027", None),
        ("5 marvellous", None),
        ("for a week", date(2026, 12, 2)),
        ("two weeks", date(2026, 12, 9)),
        ("3 days", date(2026, 11, 28)),
        ("", None),
        ("5", None),
        ("soon", None),
    ],
)
def test_a_coming_day(words: str, day: date | None) -> None:
    """Days of the week, dates with and without a year, and so many days or weeks; anything else is no day."""
    assert read_coming_day(words, TODAY) == day
