"""Hours of the week: read as people write them, and right on every day of the year, also when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.hours import ALWAYS, Hours, in_span, parse_hours, parse_span, show_span

LONDON = ZoneInfo("Europe/London")
# Clocks change by half an hour here, and at midnight there: both in their own way.
ZONES = [LONDON, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana"), ZoneInfo("UTC")]
MONDAY = date(2026, 11, 23)


def at(words: str, fold: int = 0) -> datetime:
    """A moment on London's clock."""
    return datetime.fromisoformat(words).replace(tzinfo=LONDON, fold=fold)


def opens(hours: str, moment: datetime) -> datetime | None:
    """When these hours begin next, on London's clock."""
    found = parse_hours(hours).opens_at(moment, LONDON)
    return None if found is None else found.astimezone(LONDON)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("mon-fri 08:00-21:00, sat 10:00-18:00", [(480, 1260)] * 5 + [(600, 1080), None]),
        ("07:00-22:00", [(420, 1320)] * 7),
        ("daily 7-22", [(420, 1320)] * 7),
        ("every day 7am to 10pm", [(420, 1320)] * 7),
        ("Mon, wed 08.30 – 9", None),
        ("sat-mon 10:00-11:00", [(600, 660), None, None, None, None, (600, 660), (600, 660)]),
        ("Mondays and Thursdays: 4pm-8pm", [(960, 1200), None, None, (960, 1200), None, None, None]),
        ("tues thur 12am-12pm", [None, (0, 720), None, (0, 720), None, None, None]),
        ("sun 00:00-24:00", [None] * 6 + [(0, 1440)]),
        ("sun 24:00-01:00", [None] * 6 + [(0, 60)]),
        ("fri 18:00-02:00", [None] * 4 + [(1080, 1440), (0, 120), None]),
        ("sun 18:00-00:00", [None] * 6 + [(1080, 1440)]),
        ("sun 22:00-02:00", [(0, 120), None, None, None, None, None, (1320, 1440)]),
    ],
)
def test_hours_are_read(text: str, week: list[tuple[int, int] | None] | None) -> None:
    """Days by name, in ranges, in lists; times with and without minutes, am and pm, over midnight."""
    if week is None:
        with pytest.raises(ValueError, match='"mon" has no hours'):
            parse_hours(text)
        return
    assert parse_hours(text).week == tuple(() if one is None else (one,) for one in week)


def test_several_spans_of_a_day() -> None:
    """They may follow the days at once or behind a comma; what touches is one."""
    expected = ((480, 720), (780, 1020))
    for text in ("mon 08:00-12:00 13:00-17:00", "mon 8-12, 13-17", "mon 8-12 and 13-17", "mon 13-17 8-10 9-12"):
        assert parse_hours(text).week[0] == expected
    assert parse_hours("mon 8-12, 12-17").week[0] == ((480, 1020),)


@pytest.mark.parametrize("text", ["", "  ", ",;"])
def test_nothing_is_always(text: str) -> None:
    """Whoever writes no hours has none, and nothing waits."""
    assert parse_hours(text) == ALWAYS
    assert ALWAYS.opens_at(at("2026-11-23 03:00"), LONDON) == at("2026-11-23 03:00")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mon-fri", '"mon-fri" has no hours'),
        ("weekdays 8-9", '"weekdays" isn\'t a day'),
        ("mon-foo 8-9", '"foo" isn\'t a day'),
        ("mon 8:00-25:00", "isn't a time of the day"),
        ("mon 24:30-9", "isn't a time of the day"),
        ("mon 8:75-9", "isn't a time of the day"),
        ("mon 13pm-9pm", "isn't a time of the day"),
        ("mon 8-9x", "has no hours"),
        ("mon 8-9 often", "isn't a time of the day"),
        ("mon 8-8", "ends where it begins"),
        ("mon 00:00-00:00", "ends where it begins"),
        ("mon-fri 8-9, wed 10-11", "wednesday is named twice"),
        ("8-9, wed 10-11", "wednesday is named twice"),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    """One sentence names the words that are wrong."""
    with pytest.raises(ValueError, match=sentence):
        parse_hours(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("22:00-07:00", "22:00-07:00"),
        ("10pm to 7 am", "22:00-07:00"),
        ("9–17.30", "09:00-17:30"),
        ("0-24", "00:00-24:00"),
    ],
)
def test_a_span_is_read_and_shown(text: str, kept: str) -> None:
    """One span, however it is written, is kept in one way, which reads as the same."""
    assert show_span(parse_span(text)) == kept
    assert parse_span(kept) == parse_span(text)


@pytest.mark.parametrize("text", ["", "late", "22:00", "22:00-07:00 8-9", "mon 22:00-07:00", "7-7", "22:00-07:000"])
def test_what_is_no_span(text: str) -> None:
    """No time, half of one, two, days, or one that ends where it begins."""
    with pytest.raises(ValueError, match=r"22:00-07:00|isn't a time|ends where"):
        parse_span(text)


def test_open_and_closed() -> None:
    """The first minute is open, the last one's end is not; another day has its own hours."""
    hours = "mon-fri 08:00-21:00, sat 10:00-18:00"
    assert opens(hours, at("2026-11-23 08:00")) == at("2026-11-23 08:00")
    assert opens(hours, at("2026-11-23 07:59:59")) == at("2026-11-23 08:00")
    assert opens(hours, at("2026-11-23 20:59:59")) == at("2026-11-23 20:59:59")
    assert opens(hours, at("2026-11-23 21:00")) == at("2026-11-24 08:00")
    assert opens(hours, at("2026-11-28 18:00")) == at("2026-11-30 08:00")


def test_closed_days() -> None:
    """On a holiday nothing is open; the next day is as always. What is never open has no next time."""
    hours = parse_hours("08:00-21:00").closed_on(frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
    assert hours.opens_at(at("2026-12-24 22:00"), LONDON) == at("2026-12-27 08:00")
    assert hours.opens_at(at("2026-12-25 12:00"), LONDON) == at("2026-12-27 08:00")
    assert Hours(week=((),) * 7).opens_at(at("2026-12-25 12:00"), LONDON) is None


def test_without_quiet_hours() -> None:
    """Quiet hours are taken out of each day, at its ends or in the middle."""
    open_all_week = parse_hours("08:00-21:00")
    assert open_all_week.without(parse_span("20:00-09:00")).week == (((540, 1200),),) * 7
    assert open_all_week.without(parse_span("12:00-13:00")).week == (((480, 720), (780, 1260)),) * 7
    assert open_all_week.without(parse_span("22:00-07:00")) == open_all_week
    assert not any(open_all_week.without(parse_span("06:00-23:00")).week)


def test_the_hour_that_is_left_out() -> None:
    """In March 01:30 does not come: what opens then opens as the clocks go from 01:00 to 02:00."""
    night = at("2027-03-28 00:30")
    assert parse_hours("01:30-05:00").opens_at(night, LONDON) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert opens("01:15-01:45", night) == at("2027-03-29 01:15")
    assert opens("08:00-21:00", night) == at("2027-03-28 08:00")
    assert parse_hours("08:00-21:00").opens_at(night, LONDON) == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


def test_the_hour_that_comes_twice() -> None:
    """In October 01:30 comes twice: what opens then opens both times, and 08:00 is an hour later by the sun."""
    assert opens("01:30-01:45", at("2026-10-25 01:50")) == at("2026-10-25 01:30", fold=1)
    assert opens("00:30-01:20", at("2026-10-25 01:50")) == at("2026-10-25 01:00", fold=1)
    assert parse_hours("08:00-21:00").opens_at(at("2026-10-24 23:00"), LONDON) == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_in_span() -> None:
    """By day and over midnight, with the first minute and without the last."""
    for words, span, inside in [
        ("22:00", "22:00-07:00", True),
        ("06:59", "22:00-07:00", True),
        ("07:00", "22:00-07:00", False),
        ("21:59", "22:00-07:00", False),
        ("12:00", "12:00-13:00", True),
        ("13:00", "12:00-13:00", False),
    ]:
        assert in_span(at(f"2026-11-23 {words}"), parse_span(span), LONDON) is inside


_SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] != span[1])
# The changes of the clocks of 2026 in all these zones, and a day without one.
_DAYS = [(3, 28), (10, 24), (4, 4), (10, 3), (3, 7), (10, 31), (6, 15)]


@given(
    spans=st.lists(_SPANS, min_size=7, max_size=7),
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(_DAYS),
    minutes=st.integers(0, 3 * 1440),
    closed=st.booleans(),
)
# The quarters of a day that is shorter reach into the next one, which opens before.
@example(spans=[(1, 16), *[(0, 1)] * 6], zone=ZoneInfo("Australia/Lord_Howe"), day=(4, 4), minutes=781, closed=False)
def test_the_next_opening_is_the_first(
    *, spans: list[tuple[int, int]], zone: ZoneInfo, day: tuple[int, int], minutes: int, closed: bool
) -> None:
    """It is never in the past, it is open, and no minute before it is."""
    month, number = day
    moment = datetime(2026, month, number, tzinfo=UTC) + timedelta(minutes=minutes)
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    text = ", ".join(f"{name} {show_span(span)}" for name, span in zip(names, spans, strict=True))
    hours = parse_hours(text)
    if closed:
        hours = hours.closed_on(frozenset({moment.astimezone(zone).date()}))
    found = hours.opens_at(moment, zone)
    assert found is not None
    assert found >= moment
    assert hours.is_open(found, zone)
    minute = moment
    while minute < found:
        assert not hours.is_open(minute, zone)
        minute += timedelta(minutes=1)
