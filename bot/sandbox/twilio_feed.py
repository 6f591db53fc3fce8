"""How inbound SMS and status reports reach the service: signed POSTs, as Twilio sends them.

An inbound message is posted once and not repeated (Twilio's default); a status report is posted once. Messages of one
phone go in order, those of several phones beside each other.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from twilio.request_validator import RequestValidator

from bot.sandbox.lanes import Lanes
from bot.sandbox.phones import Phone, Raw, Reported, Wrote
from bot.sandbox.posting import Poster
from bot.sandbox.twilio_records import SmsRecord, inbound_params, inbound_record, status_params
from bot.sandbox.world import World
from handlers.events import Channel

# Twilio docs, "Advanced Opt-Out": the words of the default English set, and what the webhook then says.
_OPT_OUT_WORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit"), "STOP"),
    **dict.fromkeys(("start", "unstop"), "START"),
    "help": "HELP",
}
_OPT_OUT_ANSWERS = {
    "STOP": "You will get no more messages from this number. Reply START to get them again.",
    "START": "You will get messages from this number again.",
    "HELP": "Reply STOP to get no more messages.",
}


@dataclass(slots=True)
class TwilioFeed:
    """The messages of one account."""

    world: World
    records: dict[str, SmsRecord] = field(default_factory=dict)
    _read: int = 0
    _lanes: Lanes = field(default_factory=Lanes)
    _poster: Poster | None = None

    def absorb(self) -> None:
        """Take over what happened since the last time: keep records, and put in line what is to be posted."""
        happenings, self._read = self.world.happenings[self._read :], len(self.world.happenings)
        for happening in happenings:
            match happening:
                case Wrote(phone=phone) if phone.channel is Channel.SMS:
                    record = inbound_record(happening, self.world.twilio)
                    self.records[record.sid] = record
                    opt_out = self._opt_out(phone, record.body)
                    self._put_inbound(record.sender, inbound_params(record, self.world.twilio, opt_out))
                case Raw(channel=Channel.SMS, payload=payload):
                    self._put_inbound("", payload)
                case Reported(sid=sid, status=status, error=error, called_back=True) if sid in self.records:
                    record = self.records[sid]
                    self._lanes.put(record.to, partial(self.report, record, status, error))
                case Reported(sid=sid, status=status, error=error) if sid in self.records:
                    self._note(self.records[sid], status, error)

    async def run(self, poster: Poster) -> None:
        """Post until the world closes."""
        self._poster = poster
        version = -1
        while not self.world.changes.closed:
            version = await self.world.changes.after(version)
            self.absorb()
        await self._lanes.close()

    async def report(self, record: SmsRecord, status: str, error: str | None = None) -> None:
        """Note how far a message came, on the phone too, and tell the service."""
        self._note(record, status, error)
        if record.callback is not None:
            await self._post(record.callback, status_params(record, self.world.twilio))
        self.world.changes.bump()

    def _note(self, record: SmsRecord, status: str, error: str | None) -> None:
        record.status, record.error = status, error
        phone = self.world.phone_at(Channel.SMS, record.to)
        if phone is not None and (shown := phone.message(record.sid)):
            shown.status = status

    def deliver(self, record: SmsRecord) -> None:
        """Let an accepted message reach its phone, and the reports follow as the account says."""
        phone = self.world.phone_at(Channel.SMS, record.to)
        dead = "30005" if phone is None else phone.dead
        if phone is not None and dead is None:
            self.world.deliver(phone, record.body, message_id=record.sid).status = record.status
        if self.world.twilio.callbacks == "manual":
            return
        if self.world.twilio.callbacks == "after":
            self.world.report_sms(record.sid, "sent")
        if dead is None:
            self.world.report_sms(record.sid, "delivered")
        else:
            self.world.report_sms(record.sid, "undelivered", error=dead)

    def _opt_out(self, phone: Phone, body: str) -> str | None:
        if not self.world.twilio.handles_opt_out:
            return None
        word = _OPT_OUT_WORDS.get(body.strip().lower())
        if word is not None:
            phone.opted_out = (phone.opted_out or word == "STOP") and word != "START"
            self.world.deliver(phone, _OPT_OUT_ANSWERS[word])
        return word

    def _put_inbound(self, lane: str, params: Mapping[str, str]) -> None:
        url = self.world.twilio.webhook_url
        if url is not None:
            self._lanes.put(lane, partial(self._post_inbound, url, params))

    async def _post_inbound(self, url: str, params: Mapping[str, str]) -> None:
        account = self.world.twilio
        while True:
            status = await self._post(url, params)
            taken = status is not None and 200 <= status < 300
            self.world.changes.bump()
            if taken or not account.repeat_inbound or self.world.changes.closed:
                return
            await asyncio.sleep(account.retry_seconds)

    async def _post(self, url: str, params: Mapping[str, str]) -> int | None:
        if self._poster is None:
            return None
        signature = RequestValidator(self.world.twilio.auth_token).compute_signature(url, dict(params))
        return await self._poster.post(url, form=params, headers={"X-Twilio-Signature": signature})


def snapshot(record: SmsRecord) -> SmsRecord:
    """The record as it is now: reports may change it while an answer waits."""
    return replace(record)
