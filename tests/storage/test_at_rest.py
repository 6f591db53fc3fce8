"""Private at rest: what people said and who they are is nowhere in the database, and can be destroyed."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Table, make_url, select, update

from storage.addresses import Address, add_address, find_sender, open_address
from storage.audit import seal_audit, write_audit
from storage.case_entries import EntryKind, add_entry
from storage.case_named import name_in
from storage.contacts import Contact, ContactKind, add_contact, contacts_of
from storage.conversations import Topic, open_conversation, open_conversations
from storage.crypto import CannotOpen
from storage.database import Database, open_database
from storage.events import due_failed, keep_failed
from storage.ids import PersonId
from storage.invitations import add_invitation
from storage.key_set import create_key_set
from storage.matches import Agreement, Match, MatchState, add_match, get_match, set_match_state
from storage.media import add_media, note_ready
from storage.messages.findings import Finding
from storage.messages.words import get_words
from storage.outbox.claiming import claim
from storage.outbox.queueing import Parcel, enqueue
from storage.people import Person, Role, get_person
from storage.schema import metadata
from storage.schema.keeping import data_keys
from storage.schema.messages import conversations, messages
from storage.schema.outbox import outbox
from storage.schema.people import addresses, contacts, matches, people
from storage.transaction import Erased, Transaction
from storage.vault import Vault
from tests.storage.samples import PATIENCE, alarmed, read, said, someone, write

# Nothing of this may be found in the database.
PLANTED = (
    "Persephone",
    "Demeter",
    "+447700900123",
    "7700900123",
    "700900456",
    "horseshoe",
    "lighthouse",
    "marmalade",
    "bicycle",
    "telescope",
    "umbrella",
    "crocodile",
    "pomegranate",
    "accordion",
    "saxophone",
)


@dataclass(frozen=True)
class Story:
    """People and everything that the service keeps of them."""

    mentor: Person
    mentee: Person
    chat: Address
    sms: Address
    match: Match
    code: str


def tell(tx: Transaction, now: datetime) -> Story:
    """Two people, their match, and two of everything."""
    mentor, mentee = someone(tx, now, Role.MENTOR, "Demeter"), someone(tx, now, Role.MENTEE, "Persephone")
    chat = add_address(tx, "telegram", "700900456", now, person=mentor)
    sms = add_address(tx, "sms", "+447700900123", now, person=mentee)
    match = add_match(tx, mentor, mentee, Agreement(place="lighthouse", aims="telescope"), now)
    set_match_state(tx, match.id, MatchState.ACTIVE, now)
    finding = Finding("contact", "phone", None, 0, 5, "phone/1")
    for _ in range(2):
        message_id = said(
            tx, mentee, now, "My horseshoe 07700900123", match_id=match.id, delivered="marmalade", found=(finding,)
        )
        parcel = Parcel(message_id=message_id, key_id=mentee.key_id, text="bicycle", options=(("umbrella", "a"),))
        enqueue(tx, chat.id, parcel, now)
        file = add_media(tx, message_id, mentee.key_id, kind="photo", ref="accordion", emoji="saxophone", now=now)
        note_ready(tx, file, "image/jpeg", b"saxophone")
        open_conversation(tx, mentee, Topic.MATCH, now, subject=match.id, options=(("crocodile", "match:1:yes"),))
        contact = Contact(
            match_id=match.id,
            kind=ContactKind.LETTER,
            on_day=date(2026, 3, 1),
            note="pomegranate",
            by_person_id=mentor.id,
            message_id=message_id,
            at=now,
        )
        add_contact(tx, contact, mentee.key_id)
    case = alarmed(tx, mentee, match, message_id, now)
    add_entry(tx, case, EntryKind.NOTE, now, words="The horseshoe again.")
    name_in(tx, case.id, [mentor.id])
    for number in ("1", "2"):
        keep_failed(
            tx,
            "sms",
            number,
            payload='{"sender": "+447700900123", "text": "horseshoe"}',
            sender_lookup=number.encode(),
            error="KeyError",
            due_at=now,
            now=now,
        )
    write_audit(tx, f"person:{mentor.id}", "transcript.read", f"match:{match.id}", now, lines=2)
    seal_audit(tx, now)
    code = add_invitation(tx, mentee.id, "sms", now, now)
    return Story(mentor, mentee, chat, sms, match, code)


@pytest.fixture
def story(database: Database, now: datetime) -> Story:
    """A database with something in every table."""
    return write(database, tell, now)


def values(tx: Transaction) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, by its place."""
    for table in metadata.sorted_tables:
        for row in tx.execute(select(table)):
            for column, value in row._asdict().items():
                yield f"{table.name}.{column}", value if isinstance(value, bytes) else str(value).encode()


def test_no_value_gives_anybody_away(database: Database, story: Story) -> None:
    """No value of any table holds a word, a name, a number or an invitation code."""
    kept = read(database, lambda tx: list(values(tx)))
    tables = {place.split(".")[0] for place, _ in kept}
    assert tables == set(metadata.tables) - {
        "address_sharers",
        "consents",
        "delivery_reports",
        "diary",
        "duties",
        "sms_usage",
    }
    for place, value in kept:
        for planted in (*PLANTED, story.code):
            assert planted.encode() not in value, place


def test_the_file_gives_nobody_away(sqlite_database: Database, sqlite_url: str, now: datetime) -> None:
    """Neither does the file, nor its log: not even in what was written over."""
    story = write(sqlite_database, tell, now)
    path = make_url(sqlite_url).database
    assert path is not None
    files = [file for file in Path(path).parent.iterdir() if file.name.startswith(Path(path).name)]
    content = b"".join(file.read_bytes() for file in files)
    assert b"transcript.read" in content
    for planted in (*PLANTED, story.code):
        assert planted.encode() not in content


def test_everything_opens(database: Database, story: Story, now: datetime) -> None:
    """With the keys all of it comes back, also in a process that has only just begun."""
    mentee = read(database, get_person, story.mentee.id)
    assert mentee.name == "Persephone"
    assert read(database, open_address, story.sms.id) == "+447700900123"
    assert read(database, get_match, story.match.id).agreement.place == "lighthouse"
    assert read(database, open_conversations, mentee.id)[0].options == (("crocodile", "match:1:yes"),)
    assert read(database, contacts_of, [story.match.id])[0].note == "pomegranate"
    (claimed,) = write(database, claim, "me", now, 10)
    assert (claimed.text, claimed.address) == ("bicycle", "700900456")
    assert "horseshoe" in write(database, due_failed, now, 1)[0].payload


def test_other_keys_open_nothing(database_url: str, vault: Vault, now: datetime) -> None:
    """With another key file nothing opens and nobody is found."""
    database = open_database(database_url, vault)
    story = write(database, tell, now)
    database.close()
    stolen = open_database(database_url, Vault(create_key_set(now)))
    with pytest.raises(CannotOpen):
        read(stolen, get_person, story.mentee.id)
    assert read(stolen, find_sender, "sms", "+447700900123") is None
    stolen.close()


Reader = Callable[[Transaction, Story], object]


def _first_message(tx: Transaction, _: Story) -> object:
    number = tx.execute(select(messages.c.id).order_by(messages.c.id).limit(1)).scalar_one()
    return get_words(tx, number)


@pytest.mark.parametrize(
    ("table", "column", "reader"),
    [
        (people, "name_cell", lambda tx, story: get_person(tx, story.mentor.id)),
        (addresses, "address_cell", lambda tx, story: open_address(tx, story.chat.id)),
        (messages, "original_cell", _first_message),
        (messages, "delivered_cell", _first_message),
        (conversations, "options_cell", lambda tx, story: open_conversations(tx, story.mentee.id)),
        (contacts, "note_cell", lambda tx, story: contacts_of(tx, [story.match.id])),
        (outbox, "body_cell", lambda tx, story: claim(tx, "me", story.mentee.created_at, 10)),
    ],
    ids=lambda value: value.name if isinstance(value, Table) else "",
)
def test_moved_cell_does_not_open(database: Database, story: Story, table: Table, column: str, reader: Reader) -> None:
    """A cell that was moved to another row, even with its key, doesn't open there."""

    def move(tx: Transaction) -> None:
        first, second = tx.execute(select(table).order_by(table.c.id)).all()
        moved = {column: getattr(second, column), "key_id": second.key_id}
        tx.execute(update(table).where(table.c.id == first.id).values(moved))

    write(database, reader, story)
    write(database, lambda tx: tx.execute(update(outbox).values(state="queued")))
    write(database, move)
    with pytest.raises(CannotOpen):
        write(database, reader, story)


def test_agreement_of_another_match_does_not_open(database: Database, story: Story, now: datetime) -> None:
    """The agreement of one match can't be passed off as another's, though both have the mentee's key."""
    other = write(database, add_match, story.mentor, story.mentee, Agreement(), now)

    def move(tx: Transaction) -> None:
        cell = tx.execute(select(matches.c.agreement_cell).where(matches.c.id == story.match.id)).scalar_one()
        tx.execute(update(matches).where(matches.c.id == other.id).values(agreement_cell=cell))

    write(database, move)
    with pytest.raises(CannotOpen):
        read(database, get_match, other.id)


def test_column_of_another_kind_does_not_open(database: Database, story: Story) -> None:
    """What was delivered can't be passed off as what was said."""
    write(database, lambda tx: tx.execute(update(messages).values(original_cell=messages.c.delivered_cell)))
    with pytest.raises(CannotOpen):
        write(database, _first_message, story)


def test_exchanged_data_keys_do_not_open(database_url: str, vault: Vault, now: datetime) -> None:
    """A data key opens only in its own row."""
    database = open_database(database_url, vault)
    keys = [write(database, Transaction.new_key, now) for _ in range(2)]
    cell = write(database, Transaction.seal, keys[0], "here", "words")

    def exchange(tx: Transaction) -> None:
        other = tx.execute(select(data_keys.c.wrapped).where(data_keys.c.id == keys[1])).scalar_one()
        tx.execute(update(data_keys).where(data_keys.c.id == keys[0]).values(wrapped=other))

    write(database, exchange)
    vault.forget(keys[0])
    with pytest.raises(CannotOpen):
        read(database, Transaction.open, keys[0], "here", cell)
    database.close()


def refuses(database: Database, story: Story) -> None:
    """Nothing of the mentee opens any more; the mentor's does."""
    with pytest.raises(Erased):
        read(database, get_person, story.mentee.id)
    with pytest.raises(Erased):
        read(database, open_address, story.sms.id)
    with pytest.raises(Erased):
        read(database, _first_message, story)
    with pytest.raises(Erased):
        write(database, Transaction.seal, story.mentee.key_id, "here", "words")
    assert read(database, get_person, story.mentor.id).name == "Demeter"


def test_destroyed_key(database_url: str, vault: Vault, now: datetime) -> None:
    """Once a data key is destroyed nothing that it closed opens, in the running process and in a new one."""
    database = open_database(database_url, vault)
    story = write(database, tell, now)
    write(database, Transaction.destroy_key, story.mentee.key_id, now)
    refuses(database, story)
    database.close()
    again = open_database(database_url, vault)
    refuses(again, story)
    again.close()


def test_destroyed_in_a_work_that_fails(database: Database, story: Story, now: datetime) -> None:
    """If the work that destroyed a key fails, the key is as it was."""

    def work(tx: Transaction) -> None:
        tx.destroy_key(story.mentee.key_id, now)
        with pytest.raises(Erased):
            get_person(tx, story.mentee.id)
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        write(database, work)
    for _ in range(2):
        assert read(database, get_person, story.mentee.id) == story.mentee


def test_destroyed_while_somebody_reads(database: Database, story: Story, now: datetime) -> None:
    """A read that began before may still open what it sees; no later one can, whatever that read left in memory."""
    begun, destroyed = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> str:
        tx.execute(select(people)).all()
        begun.set()
        assert destroyed.wait(PATIENCE)
        return get_person(tx, story.mentee.id).name

    reading = database.read(slow)
    assert begun.wait(PATIENCE)
    write(database, Transaction.destroy_key, story.mentee.key_id, now)
    destroyed.set()
    assert reading.result(PATIENCE) == "Persephone"
    refuses(database, story)


def test_unknown_person_has_no_name(database: Database, story: Story) -> None:
    """A person whose name was taken out of its row doesn't open."""
    write(database, lambda tx: tx.execute(update(people).values(name_cell=b"")))
    with pytest.raises(CannotOpen):
        read(database, get_person, PersonId(story.mentee.id))
