"""A mentee in custody: no phone; letters, calls and visits in the log; on release the history goes on."""

from handlers import moving
from handlers.logbook import log_contact
from handlers.transcripts import read_transcript
from storage.contacts import ContactKind
from storage.matches import MatchState
from storage.people import PersonState, Role
from tests.handlers.test_moving import at
from tests.handlers.town import Town


def test_from_custody_to_a_phone(settled: Town) -> None:
    """Matched without a phone, noted by hand, released, asked for consent, and then written to like anybody."""
    settled.join("Bo", Role.MENTOR)
    settled.enrol("Lou", Role.MENTEE, None)
    match_id = settled.propose("Bo", "Lou", mentee_agreed=True)
    settled.press("Bo", f"match:{match_id}:yes")
    assert settled.match_state(match_id) is MatchState.ACTIVE
    settled.heard("Morgan")
    assert settled.say("Bo", "hello Lou") == [settled.words("other-has-no-phone", name="Lou")]
    assert settled.heard("Morgan") == []
    settled.say("Bo", "/log letter wrote about the job")
    settled.act(lambda ctx: log_contact(ctx, match_id, ContactKind.VISIT, None, "went well", actor="operator"))
    # Released.
    at(settled, "Lou")
    settled.act(lambda ctx: moving.begin(ctx, settled.people["Lou"], "+447700900777", keep=True, actor="test"))
    assert "Reply YES to join" in settled.heard("Lou")[0]
    assert settled.say("Bo", "are you out?") == [settled.words("other-not-reachable")]
    said = settled.say("Lou", "YES")
    assert said == [settled.words("consent-thanks", name="Lou"), settled.words("match-started", name="Bo")]
    assert settled.person("Lou").state is PersonState.JOINED
    assert settled.heard("Bo") == [settled.words("other-has-phone", name="Lou")]
    settled.say("Lou", "I am out")
    settled.say("Bo", "good to hear")
    found = settled.act(lambda ctx: read_transcript(ctx, actor="test", match_id=match_id))
    kinds = [(line.kind, line.state) for line in found if line.kind in {"relay", "letter", "visit"}]
    assert sorted(kinds) == sorted(
        [
            ("relay", "refused"),
            ("letter", "logged"),
            ("visit", "logged"),
            ("relay", "refused"),
            ("relay", "relayed"),
            ("relay", "relayed"),
        ]
    )


def test_to_telegram_after_release(settled: Town) -> None:
    """An invitation by code does the same."""
    settled.enrol("Lou", Role.MENTEE, None)
    settled.pair("Jo", "Lou")
    at(settled, "Lou", "telegram", "70009999")
    code = settled.act(lambda ctx: moving.begin(ctx, settled.people["Lou"], None, keep=True, actor="test")).code
    settled.say("Lou", f"/start {code}")
    settled.press("Lou", "join:0:yes")
    assert settled.heard("Jo") == [settled.words("other-has-phone", name="Lou")]
    settled.say("Jo", "Lou: hi")
    assert settled.heard("Lou")[-1] == settled.words("relay-mentee", name="Jo", words="hi")
