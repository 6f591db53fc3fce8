"""Joining: an invitation is opened, the person reads what the service is, and says yes or no."""

from handlers import arriving, matching, stopping
from handlers.context import Context
from handlers.events import Channel, Inbound
from handlers.menus import menu
from handlers.outbound import Option
from handlers.replying import reply
from handlers.speaking import speak, speak_to_stranger, tell, tell_coordinators
from handlers.step import Member, Step
from storage.addresses import Address, find_address_on, give_address
from storage.audit import write_audit
from storage.conversations import Conversation, Topic, close_conversation, open_conversation, open_conversations
from storage.invitations import Invitation, find_invitation, find_invitation_of, use_invitation
from storage.matches import matches_of
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, PersonState, Role, get_person, record_consent, set_person_state


def open_invitation(code: str, inbound: Inbound, member: Member | None, address: Address, ctx: Context) -> Step:
    """Somebody came with a code (the deep link of a Telegram invitation)."""
    if member is not None and member.person.state is PersonState.STOPPED:
        return stopping.keep_from_stopped(member, ctx)
    if member is not None and member.person.state is PersonState.JOINED:
        words = ctx.text("invitation-already", member.person)
        return reply(member, words, ctx)
    invitation = find_invitation(ctx.tx, code, ctx.now)
    if invitation is None or invitation.channel != inbound.channel or not _may_use(invitation, member, inbound, ctx):
        return _refuse(member, address, ctx)
    person = get_person(ctx.tx, invitation.person_id)
    if person.state is PersonState.JOINED:
        new = Member(person, Address(address.id, address.channel, address.state, person.key_id))
        return arriving.arrive_step(invitation, new, inbound.sender, ctx)
    new = Member(person, Address(address.id, address.channel, address.state, person.key_id))
    return Step(
        Kind.COMMAND,
        MessageState.KEPT,
        lambda _: _welcome(invitation, new, inbound.sender, ctx),
        joined_as=new,
    )


def _may_use(invitation: Invitation, member: Member | None, inbound: Inbound, ctx: Context) -> bool:
    """One chat is one person's, and one person has one chat: a code can't be used to take over either."""
    if member is not None:
        return member.person.id == invitation.person_id
    person = get_person(ctx.tx, invitation.person_id)
    if person.state is PersonState.JOINED:
        return arriving.waits_for(person.id, inbound.channel, ctx)
    return person.state is not PersonState.STOPPED and find_address_on(ctx.tx, person.id, inbound.channel) is None


def _refuse(member: Member | None, address: Address, ctx: Context) -> Step:
    """An unknown, used, void or expired code: the same sentence for all, so that guessing teaches nothing."""
    words = ctx.text("invitation-bad", member.person if member else None)
    if member is not None:
        return reply(member, words, ctx)
    return Step(Kind.STRANGER, MessageState.KEPT, lambda _: speak_to_stranger(ctx, address, words))


def _welcome(invitation: Invitation, member: Member, address: str, ctx: Context) -> None:
    give_address(ctx.tx, member.address.id, address, member.person)
    use_invitation(ctx.tx, invitation.id, ctx.now)
    write_audit(
        ctx.tx,
        f"person:{member.person.id}",
        "invitation.use",
        f"person:{member.person.id}",
        ctx.now,
        invitation=invitation.id,
    )
    ask_consent(member, ctx)


def consent_wording(person: Person, ctx: Context) -> str:
    """What somebody is asked to agree to, in the words of their role and language."""
    programme = ctx.programme(person)
    return ctx.text(
        f"consent-{person.role}",
        person,
        service=programme.name,
        coordinator=programme.coordinator_contact,
        complaints=programme.complaint_contact,
    )


def consent_options(person: Person, ctx: Context) -> tuple[Option, ...]:
    """Yes and no."""
    return (
        Option(ctx.text("option-yes", person), "join:0:yes"),
        Option(ctx.text("option-no", person), "join:0:no"),
    )


def ask_consent(member: Member, ctx: Context) -> None:
    """Show what the service is, and ask."""
    person, options = member.person, consent_options(member.person, ctx)
    open_consent_question(person, options, ctx)
    # Where there are no buttons the question says what to answer.
    question = "consent-ask-sms" if member.address.channel == Channel.SMS else "consent-question"
    words = f"{consent_wording(person, ctx)}\n\n{ctx.text(question, person)}"
    speak(ctx, person, words, kind=Kind.QUESTION, options=options, address=member.address)


def open_consent_question(person: Person, options: tuple[Option, ...], ctx: Context) -> None:
    """Note that somebody was asked to join; an earlier question of this kind is closed."""
    for conversation in _asked(person, ctx):
        close_conversation(ctx.tx, conversation.id, ctx.now)
    open_conversation(ctx.tx, person, Topic.JOINING, ctx.now, options=options)


def _asked(person: Person, ctx: Context) -> list[Conversation]:
    return [found for found in open_conversations(ctx.tx, person.id) if found.topic is Topic.JOINING]


def ask_again(member: Member, ctx: Context) -> Step:
    """Somebody wrote who has not agreed yet: the words are kept and scanned; the question is asked again."""

    def follow(_: object) -> None:
        speak(ctx, member.person, ctx.text("consent-again", member.person), address=member.address)
        ask_consent(member, ctx)

    return Step(Kind.OTHER, MessageState.KEPT, follow)


def answer(member: Member, *, yes: bool, ctx: Context) -> Step:
    """Somebody said yes or no to joining."""
    return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _settle(member, yes=yes, ctx=ctx))


def _settle(member: Member, *, yes: bool, ctx: Context) -> None:
    asked = _asked(member.person, ctx)
    if not asked:
        # Answered before: the first answer stands.
        return
    if yes and not _still_invited(member, ctx):
        speak(ctx, member.person, ctx.text("invitation-bad", member.person), address=member.address)
        return
    person = member.person
    for conversation in asked:
        close_conversation(ctx.tx, conversation.id, ctx.now)
    version = ctx.programme(person).consent_version
    wording = consent_wording(person, ctx)
    record_consent(ctx.tx, person.id, kind="service", version=version, wording=wording, agreed=yes, now=ctx.now)
    set_person_state(ctx.tx, person.id, PersonState.JOINED if yes else PersonState.DECLINED, ctx.now)
    write_audit(ctx.tx, f"person:{person.id}", "consent", f"person:{person.id}", ctx.now, agreed=yes, wording=version)
    if yes:
        _joined(get_person(ctx.tx, person.id), member.address, ctx)
    else:
        speak(ctx, person, ctx.text("consent-declined", person), address=member.address)
        tell_coordinators(ctx, person.programme, "notice-declined", leave_out=[person], name=person.name)


def _still_invited(member: Member, ctx: Context) -> bool:
    """Use up the code that a number stands for; False when there is none that can be used."""
    if member.address.channel != Channel.SMS:
        # A chat used its code when it opened the link.
        return True
    invitation = find_invitation_of(ctx.tx, member.person.id, ctx.now)
    if invitation is not None:
        use_invitation(ctx.tx, invitation.id, ctx.now)
    return invitation is not None


def _joined(person: Person, address: Address, ctx: Context) -> None:
    thanks = ctx.text("consent-thanks", person, name=person.name)
    speak(ctx, person, thanks, address=address, menu=menu(person, ctx))
    tell_coordinators(ctx, person.programme, "notice-joined", leave_out=[person], name=person.name)
    if person.waits_for_parent:
        speak(ctx, person, ctx.text("consent-waiting-parent", person), address=address)
    live = matches_of(ctx.tx, person.id)
    for match in live:
        # Matched when they had no phone, as in custody: from now on words are passed on.
        other = get_person(ctx.tx, match.other(person.id))
        speak(ctx, person, ctx.text("match-started", person, name=other.name), address=address)
        tell(ctx, other, "other-has-phone", name=person.name)
    if not matching.advance_all(person, ctx) and not live and person.role is not Role.COORDINATOR:
        speak(ctx, person, ctx.text("joined-no-match", person), address=address)
