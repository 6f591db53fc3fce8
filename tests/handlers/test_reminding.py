"""What is held isn't forgotten: coordinators are asked again, after some hours and then once a day."""

from datetime import timedelta

import pytest

from handlers import hold_desk, screening
from handlers.holding import HELD
from storage.people import Role
from tests.handlers.test_holding import PHOTO, fetched, held_photo
from tests.handlers.test_hours import set_programme
from tests.handlers.town import SMS, Town


def later(town: Town, hours: float, name: str = "Morgan") -> list[str]:
    """So many hours later; what a coordinator is told because of the diary."""
    town.heard(name)
    town.clock.move(timedelta(hours=hours))
    town.do_due(HELD)
    return town.heard(name)


def still(town: Town, name: str = "Sam") -> list[str]:
    """The reminder."""
    return [town.words("notice-held-still", name=name)]


def test_asked_again_after_four_hours_and_then_daily(settled: Town) -> None:
    """The reminder has the same buttons; it comes once a day until somebody has decided, and then no more."""
    number = held_photo(settled)
    assert later(settled, 3.9) == []
    assert later(settled, 0.2) == still(settled)
    assert [data for _, data in settled.outbox("Morgan")[-1].options] == [
        f"hold:{number}:look",
        f"hold:{number}:refuse",
    ]
    assert later(settled, 23.9) == []
    assert later(settled, 0.2) == still(settled)
    settled.press("Morgan", f"hold:{number}:look")
    assert later(settled, 24) == still(settled)
    settled.press("Morgan", f"hold:{number}:release")
    assert later(settled, 48) == []


def test_what_was_decided_in_time(quick: Town) -> None:
    """Nobody is reminded of what was refused."""
    number = held_photo(quick)
    quick.press("Morgan", f"hold:{number}:refuse")
    assert later(quick, 5) == []


def test_words_that_the_filter_failed_on(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are reminded of like files."""
    with monkeypatch.context() as broken:
        broken.setattr(screening, "redact", lambda *_: 1 / 0)
        quick.say("Sam", "hello")
    assert later(quick, 4) == still(quick)


@pytest.mark.parametrize(("hours", "told"), [(0, 0), (1, 1)])
def test_the_time_is_the_programmes(quick: Town, hours: int, told: int) -> None:
    """A programme may have another time, or none."""
    set_programme(quick, held_reminder_hours=hours)
    held_photo(quick)
    assert len(later(quick, 1)) == told
    assert len(later(quick, 25)) == told


def test_an_album_is_one_reminder(quick: Town) -> None:
    """For all its parts; what came late, and is left when the rest is decided, is reminded of by itself."""
    first = held_photo(quick, "one", album="a")
    quick.press("Morgan", f"hold:{first}:look")
    for words in ("two", "three"):
        quick.say("Sam", words, **PHOTO, album="a")
        fetched(quick)
    quick.press("Morgan", f"hold:{first}:release")
    assert later(quick, 4) == still(quick)
    left = {part.message.id for part in quick.act(hold_desk.list_held)}
    number = int(quick.outbox("Morgan")[-1].options[0][1].split(":")[1])
    assert number in left
    assert later(quick, 24) == still(quick)
    quick.press("Morgan", f"hold:{number}:refuse")
    assert later(quick, 24) == []


def test_parts_with_entries_of_their_own(quick: Town) -> None:
    """Two parts that were announced one after the other come in one reminder."""
    first = held_photo(quick, "one", album="a")
    quick.press("Morgan", f"hold:{first}:refuse")
    quick.clock.move(timedelta(hours=1))
    second = held_photo(quick, "two", album="a")
    assert second != first
    assert later(quick, 3) == []
    assert later(quick, 1) == still(quick)


def test_a_coordinator_by_text(quick: Town) -> None:
    """Without buttons the reminder says the number, as the first notice did."""
    quick.join("Robin", Role.COORDINATOR, SMS)
    number = held_photo(quick)
    assert later(quick, 4, "Robin") == [quick.words("notice-held-elsewhere", name="Sam", message=str(number))]
