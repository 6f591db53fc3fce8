"""Whom a complaint or a concern is about: one of the staff never hears of what is told about them."""

import re

from handlers.context import Context
from handlers.speaking import coordinators
from handlers.step import Member
from storage.matches import partners_of
from storage.people import Person, Role, list_people


def staff_named(words: str, member: Member, ctx: Context, *, any_case: bool) -> Person | None:
    """The coordinator of somebody's programme whom their words are about; None when they name none.

    That is whose name the words begin with, in any case, with or without a colon; else who is named first in them:
    written as in the records or, with `any_case`, anyhow ("will" is a name and a word). Never who wrote them, and
    nobody who shares a name with whom they are matched with, or with another coordinator.
    """
    partners = {partner.person.name.casefold() for partner in partners_of(ctx.tx, member.person.id)}
    staff = list_people(ctx.tx, programme=member.person.programme, role=Role.COORDINATOR)
    names = [one.name.casefold() for one in staff]
    places = {
        place: one
        for one in staff
        if one.id != member.person.id
        and one.name.casefold() not in partners
        and names.count(one.name.casefold()) == 1
        and (place := _place(one.name, words, any_case=any_case)) is not None
    }
    return places[min(places)] if places else None


def concern_about(words: str, member: Member, ctx: Context) -> Person | None:
    """The coordinator who must not hear of a concern; None when it is about none of them.

    "Morgan: shouted at her" is about Morgan, whoever is left to hear it. A name without a colon ("I told Morgan about
    her bruises") may say less: it leaves nobody out of an alarm that nobody else would hear.
    """
    about = staff_named(words, member, ctx, any_case=False)
    if about is None or words.casefold().startswith(f"{about.name.casefold()}:"):
        return about
    others = coordinators(ctx, about.programme, besides=about.id)
    return about if any(one.id != member.person.id for one in others) else None


def _place(name: str, words: str, *, any_case: bool) -> int | None:
    """Where a name stands as a whole word; None where it doesn't."""
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    found = re.match(rf"\W*{whole}", words, re.IGNORECASE)
    if found is not None:
        return 0
    found = re.search(whole, words, re.IGNORECASE if any_case else 0)
    return None if found is None else found.start()
