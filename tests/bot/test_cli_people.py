"""Tests of `telementor person`, `invite` and `match`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.bootstrap import opened_core
from bot.clock import real_clock
from bot.settings import load_settings
from handlers.events import Channel, Unreachable
from storage.audit import read_audit
from storage.key_file import create_key_file
from storage.schema.messages import messages
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import MENTOR_CHAT, NUMBER, TYPED, Cli

__all__ = ["cli", "pair", "pair_folder"]

MENTEE = ("person", "add", "--role", "mentee")


def _acts(subject: str) -> list[tuple[str, str]]:
    """Who did what to something, as the audit trail has it."""
    with opened_core(load_settings()) as core:
        return [(entry.actor, entry.act) for entry in core.act(lambda ctx: read_audit(ctx.tx, subject=subject))]


def test_a_person_is_added_and_the_next_step_named(pair: Cli) -> None:
    """Each way to reach somebody leads to its own next command; the number is shown by its end only."""
    said = pair(*MENTEE, "--name", "Kim", "--age-band", "13-16", "--sms", "07700 900456").stdout
    assert "Kim is person 4, a mentee of mentoring, texted at …456." in said
    assert "Next: telementor person consent 4" in said
    assert "Next: telementor invite 4" in said
    assert "900456" not in said
    added = pair.json(*MENTEE, "--name", "Lou", "--age-band", "18-24", "--no-phone", "--language", "en-GB-easy")
    assert added["next"] == ["telementor match add --mentor ID --mentee 5 --mentee-agreed"]
    assert (added["number"], added["person"]["language"]) == (None, "en-GB-easy")
    added = pair.json("person", "add", "--role", "mentor", "--name", "Bo", "--no-phone")
    assert added["next"] == []
    assert _acts("person:6") == [("operator", "person.add")]


@pytest.mark.parametrize(
    ("words", "consent"),
    [
        (["--age-band", "under-13"], "needed"),
        (["--age-band", "13-16", "--parental-consent", "recorded"], "recorded"),
        (["--age-band", "17"], "not_needed"),
        (["--age-band", "17", "--parental-consent", "needed"], "needed"),
    ],
)
def test_the_consent_of_a_parent(words: list[str], consent: str, pair: Cli) -> None:
    """The young ones need it unless it is recorded; it can be asked for of the others too."""
    assert pair.json(*MENTEE, "--name", "Kim", *words)["person"]["parental_consent"] == consent


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--name", "Kim"], "A mentee needs an age band"),
        (["--name", "Kim", "--age-band", "17", "--programme", "x"], "There is no programme 'x'"),
        (
            ["--name", "Kim", "--age-band", "17", "--language", "cy"],
            "There are no texts in 'cy'. The languages are: en",
        ),
        (["--name", "Kim", "--age-band", "17", "--sms", TYPED], "belongs to somebody in the service already"),
        (["--name", "Kim", "--age-band", "17", "--sms", "nine"], "Write it like 07700 900123"),
        (["--name", "Kim: the great", "--age-band", "17"], "no colon"),
    ],
)
def test_who_is_not_added(words: list[str], sentence: str, pair: Cli) -> None:
    """What the handlers refuse is one sentence, and nobody was added."""
    assert sentence in pair.error(*MENTEE, *words)
    assert len(pair.json("person", "list")["people"]) == 3


def test_everybody_is_listed_without_numbers(pair: Cli) -> None:
    """The list shows names, states and channels; no address of anybody, not even in part."""
    pair.take(Unreachable(channel=Channel.TELEGRAM, event_id="b1", sender=MENTOR_CHAT, blocked=True, at=real_clock()))
    said = pair("person", "list").stdout
    assert "Sam" in said
    assert "telegram (unreachable, telegram:blocked, since" in " ".join(said.replace("│", " ").split())
    people = pair.json("person", "list")["people"]
    assert [(one["name"], one["role"], one["state"]) for one in people] == [
        ("Morgan", "coordinator", "joined"),
        ("Alex", "mentor", "joined"),
        ("Sam", "mentee", "joined"),
    ]
    assert people[2]["addresses"] == [
        {"channel": "sms", "state": "active", "shared": False, "reason": None, "since": None}
    ]
    assert not any(address in said + str(people) for address in (NUMBER, MENTOR_CHAT))


def test_an_empty_list_says_how_to_begin(cli: Cli) -> None:
    """Where nobody is there, the list names the command that adds the first one."""
    create_key_file(Path("telementor.keys"), datetime.now(UTC))
    cli("db", "upgrade")
    assert "telementor init --name" in cli("person", "list").stdout
    assert cli.json("person", "list") == {"people": []}
    assert "telementor match add" in cli("match", "list").stdout


def test_one_person_is_shown(pair: Cli) -> None:
    """State, consents with their wording, matches, the open invitation: and the audit trail notes the access."""
    shown = pair.json("person", "show", "3")
    assert [(one["kind"], one["agreed"]) for one in shown["consents"]] == [("service", True)]
    assert shown["matches"] == [{"id": 1, "state": "active", "with": {"id": 2, "name": "Alex"}}]
    assert shown["invited_until"] is None
    said = pair("person", "show", "3").stdout
    assert "active, with Alex (person 2)" in said
    assert "agreed to wording" in said
    assert _acts("person:3").count(("operator", "person.read")) == 2
    pair("person", "add", "--role", "mentor", "--name", "Bo")
    pair("invite", "4")
    assert pair.json("person", "show", "4")["invited_until"]
    said = pair("person", "show", "4").stdout
    assert "until" in said
    assert "nothing yet" in said
    assert "There is nobody with the number 9" in pair.error("person", "show", "9")


def test_a_no_is_shown_as_a_no(pair: Cli) -> None:
    """Somebody who declined is shown with it."""
    pair("person", "add", "--role", "mentor", "--name", "Bo")
    code = pair.json("invite", "4")["code"]
    pair.arrive(Channel.TELEGRAM, "700000999", f"/start {code}")
    pair.arrive(Channel.TELEGRAM, "700000999", button="join:0:no")
    assert "did not agree" in pair("person", "show", "4").stdout


def test_a_parents_consent_is_recorded(pair: Cli) -> None:
    """It is kept and in the audit trail, and the answer names the person."""
    pair(*MENTEE, "--name", "Kim", "--age-band", "13-16")
    assert "a parent or carer of Kim agreed" in pair("person", "consent", "4").stdout
    assert pair.json("person", "consent", "4")["person"]["parental_consent"] == "recorded"
    assert ("operator", "consent.parental") in _acts("person:4")
    assert "There is nobody with the number 9" in pair.error("person", "consent", "9")


def test_whom_an_invitation_is_refused(pair: Cli) -> None:
    """Nobody is invited who isn't there, has joined, or said STOP."""
    assert "has joined already" in pair.error("invite", "2")
    assert "There is nobody with the number 9" in pair.error("invite", "9")
    pair.arrive(Channel.SMS, NUMBER, "STOP")
    assert "said STOP" in pair.error("invite", "3")


def test_a_match_is_proposed(pair: Cli) -> None:
    """The document carries what was agreed; the sentences say who is asked, and who has to join first."""
    pair(*MENTEE, "--name", "Kim", "--age-band", "13-16")
    words = ("match", "add", "--mentor", "2", "--mentee", "4", "--place", "the library", "--aims", "a job",
             "--review-on", "2027-01-05", "--ends-on", "2027-06-05")  # fmt: skip
    said = pair(*words).stdout
    assert "Alex and Kim. Alex is asked first." in said
    assert "Kim is asked after they have joined: telementor invite 4" in said
    assert "telementor person consent 4" in said
    match = pair.json("match", "list")["matches"][1]
    assert match["agreement"] == {
        "times": "", "place": "the library", "aims": "a job", "review_on": "2027-01-05", "ends_on": "2027-06-05",
    }  # fmt: skip
    assert (match["state"], match["mentor"], match["mentor_yes"]) == ("proposed", {"id": 2, "name": "Alex"}, None)
    table = " ".join(pair("match", "list").stdout.replace("│", " ").split())
    assert "2 Alex Kim mentoring proposed Alex, Kim, a parent" in table
    assert "matched already" in pair.error(*words)
    pair("person", "consent", "4")
    assert pair("match", "list").stdout.count("a parent") == 0


def test_a_mentee_without_a_phone_has_said_yes(pair: Cli) -> None:
    """With --mentee-agreed only the mentor is asked; their yes starts the match."""
    pair(*MENTEE, "--name", "Lou", "--age-band", "18-24", "--no-phone")
    words = ("match", "add", "--mentor", "2", "--mentee", "4", "--mentee-agreed")
    match = pair.json(*words)["match"]
    assert (match["mentee_yes"], match["mentor_yes"]) == (True, None)
    pair.arrive(Channel.TELEGRAM, MENTOR_CHAT, button="match:2:yes")
    assert pair.json("match", "list")["matches"][1]["state"] == "active"
    assert "waits for" in pair("match", "list").stdout


def test_the_yes_of_the_mentee_is_not_asked_for_twice(pair: Cli) -> None:
    """Somebody who said yes to the coordinator isn't named among those who have to join first."""
    pair(*MENTEE, "--name", "Lou", "--age-band", "18-24", "--no-phone")
    said = pair("match", "add", "--mentor", "2", "--mentee", "4", "--mentee-agreed").stdout
    assert "Lou is asked" not in said


@pytest.mark.parametrize(
    ("mentor", "mentee", "sentence"),
    [("3", "2", "needs a mentor and a mentee"), ("2", "9", "nobody with the number 9"), ("2", "3", "matched already")],
)
def test_which_matches_are_refused(mentor: str, mentee: str, sentence: str, pair: Cli) -> None:
    """The wrong way round, with nobody, or twice."""
    assert sentence in pair.error("match", "add", "--mentor", mentor, "--mentee", mentee)


def test_a_match_is_paused_resumed_and_ended(pair: Cli) -> None:
    """Each change shows in the state and in the audit trail; what doesn't fit the state is refused."""
    assert "Match 1 (Alex and Sam) is paused." in pair("match", "pause", "1").stdout
    assert "is paused, so it can't pause" in pair.error("match", "pause", "1")
    assert pair.json("match", "resume", "1")["match"]["state"] == "active"
    ended = pair.json("match", "end", "1")["match"]
    assert ended["state"] == "ended"
    assert ended["ended_at"] >= ended["started_at"]
    assert "can't resume" in pair.error("match", "resume", "1")
    assert "There is no match 9" in pair.error("match", "end", "9")
    acts = [act for actor, act in _acts("match:1") if actor == "operator"]
    assert acts == ["match.propose", "match.pause", "match.resume", "match.end"]


def test_what_was_said_of_a_contact(pair: Cli) -> None:
    """A letter of today, and of a given day, is written down; the future and no words are refused."""
    day = (real_clock() - timedelta(days=9)).date()
    logged = pair.json("log", "letter", "--match", "1", "--on", day.isoformat(), "wrote", "about", "the job")
    assert (logged["kind"], logged["match"], logged["on"]) == ("letter", 1, day.isoformat())
    assert "The visit of" in pair("log", "visit", "--match", "1", "tea").stdout
    words = [line["words"] for line in pair.json("transcript", "--match", "1")["lines"] if line["state"] == "logged"]
    assert words[0] == f"{day.isoformat()}: wrote about the job"
    later = (real_clock() + timedelta(days=3)).date().isoformat()
    assert "hasn't come yet" in pair.error("log", "call", "--match", "1", "--on", later, "words")
    assert "in a few words" in pair.error("log", "call", "--match", "1", " ")
    assert "There is no match 9" in pair.error("log", "call", "--match", "9", "words")


def test_settings_come_from_a_file_too(pair: Cli) -> None:
    """A `.env` in the folder is read, as a service has it."""
    Path("elsewhere.keys").write_bytes(Path("telementor.keys").read_bytes())
    Path("elsewhere.keys").chmod(0o600)
    Path("telementor.keys").unlink()
    Path(".env").write_text("TELEMENTOR_KEY_FILE=elsewhere.keys\n")
    assert len(pair.json("person", "list")["people"]) == 3


NEW_TYPED, NEW = "07700 900456", "+447700900456"


def test_somebody_moves_to_another_number(pair: Cli) -> None:
    """The new number is asked; its YES makes it theirs. The list shows the old one as closed, and no number."""
    said = pair("person", "move", "3", "--sms", NEW_TYPED).stdout
    assert "A text to Sam is on its way" in said
    assert "900456" not in said
    pair.arrive(Channel.SMS, NEW, "YES")
    assert "sms (closed, since " in pair("person", "show", "3").stdout
    assert ("operator", "address.moving") in _acts("person:3")


def test_somebody_moves_to_telegram(pair: Cli) -> None:
    """A code is handed over; with --lost the old phone is closed before."""
    code = pair.json("person", "move", "3", "--telegram", "--lost")["code"]
    [address] = pair.json("person", "show", "3")["addresses"]
    assert (address["channel"], address["state"]) == ("sms", "closed")
    pair.arrive(Channel.TELEGRAM, "700000999", f"/start {code}")
    assert [one["state"] for one in pair.json("person", "show", "3")["addresses"]] == ["closed", "active"]


def test_a_second_channel_and_which_comes_first(pair: Cli) -> None:
    """A second way is added without closing the first; a preference needs a channel that is there."""
    assert "isn't reached by telegram" in pair.error("person", "prefer", "3", "telegram")
    code = pair.json("person", "channel", "3", "--telegram")["code"]
    pair.arrive(Channel.TELEGRAM, "700000999", f"/start {code}")
    assert "Sam is reached by telegram first." in pair("person", "prefer", "3", "telegram").stdout
    assert pair.json("person", "show", "3")["preferred_channel"] == "telegram"
    assert "is reached by telegram already" in pair.error("person", "channel", "3", "--telegram")


def test_where_to_has_to_be_said(pair: Cli) -> None:
    """Neither or both of a number and Telegram is a mistyped command."""
    assert "either a number or Telegram" in pair.error("person", "move", "3", status=2)
    assert "either a number" in pair.error("person", "channel", "3", "--telegram", "--sms", NEW_TYPED, status=2)
    assert "belongs to somebody" in pair.error("person", "move", "2", "--sms", TYPED)


def test_two_people_share_a_telephone(pair: Cli) -> None:
    """By number when somebody is added, or afterwards; the list says that it is shared."""
    said = pair(*MENTEE, "--name", "Kim", "--age-band", "17", "--sms", TYPED, "--shares").stdout
    assert "Next: telementor invite 4" in said
    [address] = pair.json("person", "show", "4")["addresses"]
    assert (address["channel"], address["state"], address["shared"]) == ("sms", "active", True)
    assert "sms (shared)" in pair("person", "show", "3").stdout
    pair(*MENTEE, "--name", "Lou", "--age-band", "17", "--no-phone")
    shared = pair.json("person", "share", "5", "--with", "3")
    assert (shared["with"], shared["next"]) == (3, ["telementor invite 5"])
    assert "uses that telephone already" in pair.error("person", "share", "5", "--with", "3")
    words = (*MENTEE, "--name", "Max", "--age-band", "17", "--shares")
    assert "Nobody in the service has that number" in pair.error(*words, "--sms", NEW_TYPED)
    assert "which number" in pair.error(*words, status=2)
    assert len(pair.json("person", "list")["people"]) == 5


def test_another_mentor_takes_over(pair: Cli) -> None:
    """The new match says which one it goes on from, and what still waits there."""
    pair("person", "add", "--role", "mentor", "--name", "Bo")
    pair.join_by_telegram(4, "700000999")
    begun = pair.json("match", "handover", "1", "--mentor", "4", "--mentee-agreed", "--hide-notes")
    assert (begun["follows"], begun["unsettled"], begun["match"]["follows"]) == (1, 0, 1)
    assert "asked to take over match 1 already" in pair.error("match", "handover", "1", "--mentor", "4")
    pair("match", "end", "2")
    with opened_core(load_settings()) as core:
        core.act(
            lambda ctx: ctx.tx.execute(
                update(messages).where(messages.c.direction == "in").values(state="held", match_id=1)
            )
        )
    said = pair("match", "handover", "1", "--mentor", "4", "--mentee-agreed").stdout
    assert "Match 1 goes on until this one begins. Match 3: Bo and Sam. Bo is asked first." in said
    assert "messages still wait" in said
    pair.arrive(Channel.TELEGRAM, "700000999", button="match:3:yes")
    assert [one["state"] for one in pair.json("match", "list")["matches"]] == ["ended", "ended", "active"]
    alone = pair.json("transcript", "--match", "3")["lines"]
    both = pair.json("transcript", "--match", "3", "--with-earlier")["lines"]
    assert {line["match"] for line in alone} == {3}
    assert {line["match"] for line in both} == {1, 3}
    assert "only a match has earlier ones" in pair.error("transcript", "--person", "3", "--with-earlier", status=2)
