"""`/about`, records and transcripts: what people and coordinators can read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.errors import Refused
from handlers.logbook import log_contact
from handlers.people import invite
from handlers.records import read_person
from handlers.transcripts import Line, read_transcript
from storage.audit import read_audit
from storage.contacts import ContactKind
from storage.matches import Agreement
from storage.people import PersonState, Role
from tests.handlers.town import SMS, Town

_AGREED = Agreement(
    times="Mondays, 4 to 8 pm",
    place="the library",
    aims="football",
    review_on=date(2026, 6, 1),
    ends_on=date(2027, 3, 2),
)


def test_about_a_match(town: Town) -> None:
    """`/about` shows the service, what was agreed, and how to stop and complain; the other's name, no address."""
    town.join("Alex", Role.MENTOR)
    town.join("Sam", Role.MENTEE)
    town.pair("Alex", "Sam", agreement=_AGREED)
    for name, other in (("Sam", "Alex"), ("Alex", "Sam")):
        (text,) = town.say(name, "/about")
        for words in (other, "Mondays, 4 to 8 pm", "the library", "football", "1 June 2026", "2 March 2027", "STOP"):
            assert words in text
        assert town.content.programmes["mentoring"].complaint_contact in text
        assert town.addresses[other][1] not in text


def test_about_without_an_agreement(settled: Town) -> None:
    """Lines that were not agreed are left out; each match has its paragraph; without a match it says so."""
    (text,) = settled.say("Alex", "/about")
    assert settled.words("about-mentor", name="Sam") in text
    assert settled.words("about-mentor", name="Ellie") in text
    assert "Place" not in text
    settled.join("Ash", Role.MENTEE)
    assert settled.words("about-none", "Ash") in settled.say("Ash", "/about")[0]
    assert settled.words("about-none") not in settled.say("Morgan", "/about")[0]


def test_a_persons_record(settled: Town) -> None:
    """The record shows state, addresses, consents, matches and invitation; reading it is noted."""
    settled.enrol("Ash", Role.MENTEE, SMS)
    invited = settled.act(lambda ctx: invite(ctx, settled.people["Ash"], actor="test"))
    ash = settled.act(lambda ctx: read_person(ctx, settled.people["Ash"], actor="operator"))
    assert (ash.person.state, ash.invited_until) == (PersonState.ADDED, invited.expires_at)
    assert (ash.matches, ash.partners, ash.consents, len(ash.addresses)) == ([], {}, [], 1)
    alex = settled.act(lambda ctx: read_person(ctx, settled.people["Alex"], actor="operator"))
    assert {person.name for person in alex.partners.values()} == {"Sam", "Ellie"}
    assert alex.invited_until is None
    trail = settled.act(lambda ctx: read_audit(ctx.tx, subject=f"person:{settled.people['Alex']}"))
    assert [entry.act for entry in trail] == ["person.add", "person.read"]
    with pytest.raises(Refused, match="nobody with the number 99"):
        settled.act(lambda ctx: read_person(ctx, 99, actor="operator"))


def _read(town: Town, **of: Any) -> list[Line]:  # noqa: ANN401 - of `read_transcript`
    return town.act(lambda ctx: read_transcript(ctx, actor="operator", **of))


def test_a_transcript(settled: Town) -> None:
    """A match's transcript has both sides' words with findings, cases and deliveries, and what was logged."""
    settled.say("Sam", "ring 07700 900456, i want to die")
    settled.deliver()
    settled.clock.now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    settled.act(
        lambda ctx: log_contact(ctx, 1, ContactKind.LETTER, date(2026, 2, 27), "First letter.", actor="operator")
    )
    settled.say("Jo", "/log call hi")
    lines = _read(settled, match_id=1)
    said = lines[0]
    assert (said.who, said.side, said.kind, said.state) == ("Sam", "mentee", "relay", "changed")
    assert said.cases == [1]
    assert [delivery.state for delivery in said.deliveries] == ["sent"]
    assert {finding.engine for finding in said.findings} == {"contact", "safeguarding"}
    logged = lines[-1]
    assert (logged.who, logged.side, logged.state) == ("office", "coordinator", "logged")
    assert logged.original == "2026-02-27: First letter."
    alert = next(line for line in lines if line.kind == "alert")
    assert (alert.who, alert.to) == ("service", "Morgan")


def test_whose_transcript(settled: Town) -> None:
    """A person's has all of their matches; everything has strangers too; each reading is noted by what was read."""
    settled.stranger("Stranger")
    settled.say("Stranger", "who is this")
    settled.say("Sam", "hello from Sam")
    settled.say("Kim", "hello from Kim")
    settled.say("Jo", "/log call hi")
    alex = _read(settled, person_id=settled.people["Alex"])
    assert [line.original for line in alex] == ["hello from Sam"]
    jo = _read(settled, person_id=settled.people["Jo"])
    assert [(line.who, line.state) for line in jo if line.state == "logged"] == [("Jo", "logged")]
    everything = _read(settled)
    assert {line.who for line in everything} == {"Sam", "Kim", "Jo", "stranger", "service"}
    assert next(line for line in everything if line.who == "service").to in {"stranger", "Morgan"}
    subjects = [
        entry.subject for entry in settled.act(lambda ctx: read_audit(ctx.tx)) if entry.act == "transcript.read"
    ]
    assert subjects == [f"person:{settled.people['Alex']}", f"person:{settled.people['Jo']}", "all"]
    for of in ({"match_id": 99}, {"person_id": 99}):
        with pytest.raises(Refused, match="99"):
            _read(settled, **of)
