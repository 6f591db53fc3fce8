"""What holds whatever people do: no address crosses, nothing goes to who stopped, each message is kept once."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from content.library import Content
from handlers import handover, moving, sharing
from handlers.context import Context
from handlers.errors import Refused
from handlers.matching import change_match
from handlers.people import invite
from storage.database import open_database
from storage.ids import OutboxId
from storage.matches import list_matches
from storage.people import PersonState, Role
from storage.schema.messages import events, messages
from storage.schema.outbox import outbox
from storage.schema.people import addresses
from storage.vault import Vault
from tests.clocks import SetClock
from tests.handlers.town import SMS, TELEGRAM, Sent, Town, unfinished

_PAIRED = ("Alex", "Jo", "Sam", "Ellie", "Kim")
_WORDS = st.sampled_from(
    [
        *("hello", "Sam: hi", "@Ellie hi", "yes", "no", "1", "2", "3", "STOP", "START", "/about", "/help", "/to Sam"),
        *("PAUSE", "resume", "pause Sam", "/pause", "/prefer sms", "/prefer telegram", "/notes", "Lou", "NO"),
        *("i want to die", "been drinking again", "/log call Kim: hi", "x" * 2000, "", "\u202e", "/start abc"),
    ]
)


class Line(RuleBasedStateMachine):
    """Two mentors, three mentees and a coordinator, who do as they like."""

    def __init__(self, migrated: Path, vault: Vault, content: Content, clock: SetClock) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "telementor.db"
        shutil.copyfile(migrated, path)
        self.town = Town(open_database(f"sqlite:///{path}", vault), content, SetClock(clock.now))
        self.sent_in = 0
        # How much was queued for somebody when they stopped (with the answer), until they come back.
        self.stopped: dict[str, int] = {}
        self.town.join("Morgan", Role.COORDINATOR)
        for name, role, channel in (
            ("Alex", Role.MENTOR, TELEGRAM),
            ("Jo", Role.MENTOR, SMS),
            ("Sam", Role.MENTEE, TELEGRAM),
            ("Ellie", Role.MENTEE, SMS),
            ("Kim", Role.MENTEE, SMS),
        ):
            # Half of them have joined already.
            if name in {"Jo", "Kim"}:
                self.town.enrol(name, role, channel)
            else:
                self.town.join(name, role, channel)
        self.town.pair("Alex", "Sam")
        self.town.pair("Alex", "Ellie")
        # Lou uses the telephone of whoever shares it, if anybody does.
        self.town.join("Lou", Role.MENTEE, None)
        self.town.pair("Jo", "Lou")
        # Numbers that somebody may move to, and how much was queued at an address when it was closed.
        for number in range(3):
            self.town.addresses[f"new {number}"] = (SMS, f"+44770090095{number}")
        self.closed: dict[int, int] = {}

    def teardown(self) -> None:
        """Close the database."""
        self.town.database.close()
        self.folder.cleanup()

    def _done(self, name: str, work: Callable[[], object]) -> None:
        """Somebody does something: what is said to them at once is an answer to it, also when they have stopped."""
        before = len(self.town.outbox(name))
        work()
        answers = len(self.town.outbox(name)) - before
        if self.town.person(name).state is not PersonState.STOPPED:
            self.stopped.pop(name, None)
        elif name in self.stopped:
            self.stopped[name] += answers
        else:
            assert answers <= 1
            self.stopped[name] = before + answers

    @rule(name=st.sampled_from([*_PAIRED, "Morgan"]), words=_WORDS, edited=st.booleans(), twice=st.booleans())
    def write(self, name: str, words: str, *, edited: bool, twice: bool) -> None:
        """Somebody writes; the provider may send it twice."""
        message = self.town.inbound(name, words, edited=edited)

        def work() -> None:
            for _ in range(2 if twice else 1):
                self.town.receive(message)

        self.sent_in += 1
        self._done(name, work)

    @rule(giver=st.sampled_from(_PAIRED), whose=st.sampled_from(("Jo", "Ellie", "Kim")))
    def give_away(self, giver: str, whose: str) -> None:
        """Somebody writes a number, their own or another's."""
        self.write(giver, f"ring {self.town.addresses[whose][1]}", edited=False, twice=False)

    @rule(name=st.sampled_from([*_PAIRED, "Morgan"]), data=st.data())
    def press(self, name: str, data: st.DataObject) -> None:
        """Somebody presses a button that somebody was offered."""
        offered = sorted({option for sent in self.town.outbox() for _, option in sent.options})
        if offered:
            button = data.draw(st.sampled_from(offered))
            self.sent_in += 1
            self._done(name, lambda: self.town.press(name, button))

    @rule(name=st.sampled_from(_PAIRED), data=st.data())
    def reply(self, name: str, data: st.DataObject) -> None:
        """Somebody replies to something that they got."""
        self.town.deliver()
        got = [sent for sent in self.town.outbox(name) if sent.state == "sent"]
        if got:
            ref = f"out-{data.draw(st.sampled_from(got)).id}"
            self.sent_in += 1
            self._done(name, lambda: self.town.say(name, "a reply", reply_to=ref))

    @rule(name=st.sampled_from(_PAIRED))
    def invite(self, name: str) -> None:
        """The coordinator invites somebody, who opens the code if it is one."""
        try:
            code = self.town.act(lambda ctx: invite(ctx, self.town.people[name], actor="test")).code
        except Refused:
            return
        if code is not None:
            self.write(name, f"/start {code}", edited=False, twice=False)

    @rule(mentor=st.sampled_from(("Alex", "Jo")), mentee=st.sampled_from(("Sam", "Ellie", "Kim")))
    def propose(self, mentor: str, mentee: str) -> None:
        """The coordinator proposes a match."""
        try:
            self.town.propose(mentor, mentee)
        except Refused:
            return

    @rule(what=st.sampled_from(("pause", "resume", "end")), data=st.data())
    def change(self, what: str, data: st.DataObject) -> None:
        """The coordinator pauses, resumes or ends a match."""
        known = self.town.act(lambda ctx: [match.id for match in list_matches(ctx.tx)])
        number = data.draw(st.sampled_from(known))
        try:
            self.town.act(lambda ctx: change_match(ctx, number, what, actor="test"))
        except Refused:
            return

    @rule(
        name=st.sampled_from(_PAIRED),
        number=st.sampled_from((None, "new 0", "new 1", "new 2")),
        keep=st.booleans(),
        lost=st.booleans(),
        arrives=st.booleans(),
    )
    def move(self, name: str, number: str | None, *, keep: bool, lost: bool, arrives: bool) -> None:
        """The coordinator moves somebody to a number or a chat, who comes there or doesn't."""
        to = None if number is None else self.town.addresses[number][1]
        who = self.town.people[name]
        try:
            code = self.town.act(
                lambda ctx: moving.begin(ctx, who, to, keep=keep, lost=lost and not keep, actor="test")
            ).code
        except Refused:
            return
        if arrives:
            self.sent_in += 1
            if number is not None:
                self.town.say(number, "YES")
            else:
                self.town.stranger(f"chat {self.sent_in}")
                self.town.say(f"chat {self.sent_in}", f"/start {code}")

    @rule(number=st.sampled_from(("new 0", "new 1", "new 2")), words=_WORDS)
    def write_from_elsewhere(self, number: str, words: str) -> None:
        """Somebody writes from a number that may be anybody's."""
        self.sent_in += 1
        self.town.say(number, words)

    @rule(name=st.sampled_from(("Lou", "Ellie", "Kim", "Sam")), other=st.sampled_from(("Ellie", "Kim", "Sam")))
    def share(self, name: str, other: str) -> None:
        """Somebody uses another one's telephone too."""
        one, two = self.town.people[name], self.town.people[other]
        try:
            self.town.act(lambda ctx: sharing.share(ctx, one, two, actor="test"))
        except Refused:
            return

    @rule(mentor=st.sampled_from(("Alex", "Jo")), data=st.data())
    def hand_over(self, mentor: str, data: st.DataObject) -> None:
        """The coordinator gives a match to the other mentor."""
        known = self.town.act(lambda ctx: [match.id for match in list_matches(ctx.tx)])
        number, who = data.draw(st.sampled_from(known)), self.town.people[mentor]
        try:
            self.town.act(
                lambda ctx: handover.begin(ctx, number, who, hide_notes=False, mentee_agreed=True, actor="test")
            )
        except Refused:
            return

    @rule(name=st.sampled_from(("Alex", "Sam")), blocked=st.booleans())
    def block(self, name: str, *, blocked: bool) -> None:
        """Somebody blocks the bot, or lets it in again."""
        self.town.block(name, blocked=blocked)

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        """Time passes, and what waits is sent."""
        self.town.clock.move(timedelta(minutes=minutes))
        self.town.deliver()

    @invariant()
    def no_address_crosses(self) -> None:
        """No text has an address of anybody, not even of whom it is for."""
        sent: list[Sent] = self.town.outbox()
        for one in sent:
            digits = "".join(character for character in one.text if character.isdigit())
            for name, (_, address) in self.town.addresses.items():
                assert address.removeprefix("+44") not in digits, (one.to, name)

    @invariant()
    def nothing_to_who_stopped(self) -> None:
        """Nobody who stopped has anything new, or older, waiting but answers to what they did since."""
        for name, known in self.stopped.items():
            if self.town.person(name).role is Role.COORDINATOR:
                continue
            sent = self.town.outbox(name)
            assert len(sent) == known, name
            assert all(one in sent[known - len(sent) :] for one in unfinished(sent)), name

    @invariant()
    def nothing_personal_to_an_old_address(self) -> None:
        """What goes to an address after it was closed is the neutral answer, or the question of a move to it."""

        def work(ctx: Context) -> dict[int, list[int]]:
            shut = ctx.tx.execute(select(addresses.c.id).where(addresses.c.state == "closed")).scalars().all()
            rows = ctx.tx.execute(select(outbox.c.address_id, outbox.c.id).order_by(outbox.c.id)).all()
            return {one: [row.id for row in rows if row.address_id == one] for one in shut}

        neutral = {self.town.words(key) for key in ("stranger", "invitation-bad", "move-declined")}
        neutral.add(self.town.words("move-ask", service="Bridge Mentoring"))
        shut = self.town.act(work)
        self.closed = {one: self.closed.get(one, len(ids)) for one, ids in shut.items()}
        said = {sent.id: sent for sent in self.town.outbox()}
        for one, ids in shut.items():
            before = [said[OutboxId(number)] for number in ids[: self.closed[one]]]
            assert {said[OutboxId(number)].text for number in ids[self.closed[one] :]} <= neutral
            assert {sent.text for sent in before if sent.state == "queued"} <= neutral

    @invariant()
    def each_delivery_ends_once(self) -> None:
        """Of each message nobody has two deliveries that both went or will go."""

        def work(ctx: Context) -> list[tuple[int, int]]:
            going = outbox.c.state.in_(["queued", "sending", "sent", "delivered"])
            query = select(outbox.c.message_id, outbox.c.part).where(going)
            grouped = query.group_by(outbox.c.message_id, outbox.c.part).having(func.count() > 1)
            return [(row.message_id, row.part) for row in ctx.tx.execute(grouped)]

        assert self.town.act(work) == []

    @invariant()
    def each_message_once(self) -> None:
        """Every message that came in is in the record once, and every event is known."""

        def count(ctx: Context) -> tuple[int, int]:
            kept = select(func.count()).select_from(messages).where(messages.c.direction == "in")
            known = select(func.count()).select_from(events)
            return ctx.tx.execute(kept).scalar_one(), ctx.tx.execute(known).scalar_one()

        kept, known = self.town.act(count)
        assert kept == self.sent_in
        assert known >= self.sent_in


def test_whatever_people_do(migrated_sqlite: Path, vault: Vault, content: Content, clock: SetClock) -> None:
    """The promises hold over random stories of joining, writing, stopping, pausing, ending and moving on."""
    run_state_machine_as_test(
        lambda: Line(migrated_sqlite, vault, content, clock),  # type: ignore[arg-type]  # what makes one will do
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
