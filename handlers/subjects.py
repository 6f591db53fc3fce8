"""Whom of the staff words are about or name: one who does harm doesn't hear of what is told about them."""

import re
from collections.abc import Sequence

from handlers.context import Context
from handlers.speaking import coordinators
from handlers.step import Member
from storage.ids import PersonId
from storage.matches import partners_of
from storage.people import Person, Role, list_people

# Names that are words besides: in small letters inside a concern they are nobody's name.
_WORDS_TOO = frozenset(
    {
        *("will", "may", "mark", "grace", "faith", "hope", "joy", "rose", "bill", "rob", "art", "dean", "frank"),
        *("jack", "sue", "pat", "guy", "summer", "april", "june", "autumn", "dawn", "eve", "angel", "charity"),
        *("patience", "rich", "nick", "chase", "hunter", "max", "miles", "penny", "gene", "don", "drew", "christian"),
        *("amber", "crystal", "daisy", "hazel", "heather", "holly", "ivy", "jasmine", "lily", "olive", "pearl"),
        *("poppy", "robin", "ruby", "sandy", "sky", "star", "violet", "an", "my", "so", "do", "he", "in", "you"),
        # Last names.
        *("best", "bell", "black", "bond", "brown", "cook", "case", "church", "cross", "day", "field", "fox", "french"),
        *("green", "grey", "hall", "hill", "house", "king", "little", "long", "love", "marks", "mason", "moody"),
        *("page", "park", "parks", "price", "sharp", "short", "stone", "street", "strong", "white", "wise", "wood"),
        *("woods", "young"),
    }
)  # fmt: skip
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})


def staff_named(words: str, member: Member, ctx: Context, *, any_case: bool) -> Person | None:
    """The coordinator of somebody's programme whom their words are about; None when they name none.

    That is whose name the words begin with, in any case, with or without a colon; else who is named first in them, in
    any case too; but without `any_case` a name that is also a word ("will") counts only as it is in the records. Who
    has several names is named by the first or the last one alone as well. Never who wrote them, and no name that is
    also one of whom they are matched with, or of another coordinator.
    """
    return _first_named(words, _names(member, ctx), any_case=any_case)


def _first_named(words: str, staff: Sequence[tuple[Person, list[str]]], *, any_case: bool) -> Person | None:
    places = {
        place: one
        for one, names in staff
        for name in names
        # A last name alone may be any word.
        if (place := _place(name, words, any_case=any_case and one.name.startswith(name))) is not None
    }
    return places[min(places)] if places else None


def concern_about(words: str, member: Member, ctx: Context) -> Person | None:
    """The coordinator who must not hear of a concern; None when it is about none of them.

    "Morgan: shouted at her" is about Morgan, whoever is left to hear it. A name without a colon ("I told Morgan about
    her bruises") may say less: it leaves nobody out of an alarm that nobody else would hear.
    """
    staff = _names(member, ctx)
    about = _first_named(words, staff, any_case=False)
    if about is None:
        return None
    names = next(names for one, names in staff if one.id == about.id)
    if any(words.casefold().startswith(f"{name.casefold()}:") for name in names):
        return about
    others = coordinators(ctx, about.programme, besides=about.id)
    return about if any(one.id != member.person.id for one in others) else None


def staff_in(texts: Sequence[str], writer: Person | None, ctx: Context) -> frozenset[PersonId]:
    """Every coordinator of the service whom one of these texts names; empty when they name none.

    By any of their names, as `staff_named` reads them without `any_case`; coordinators who share one are all named by
    it. Never who wrote them (None: nobody knows), and no name of theirs or of whom they are matched with.
    """
    own = [] if writer is None else [writer, *(one.person for one in partners_of(ctx.tx, writer.id))]
    not_meant = {form.casefold() for one in own for form in _forms(one.name)}
    return frozenset(
        one.id
        for one in list_people(ctx.tx, role=Role.COORDINATOR)
        if (writer is None or one.id != writer.id)
        and any(
            _place(name, text, any_case=False) is not None
            for name in _forms(one.name)
            if name.casefold() not in not_meant
            for text in texts
        )
    )


def _names(member: Member, ctx: Context) -> list[tuple[Person, list[str]]]:
    """The coordinators of somebody's programme besides themself, and which of their names are nobody else's there."""
    staff = list_people(ctx.tx, programme=member.person.programme, role=Role.COORDINATOR)
    taken = [name.casefold() for one in staff for name in _forms(one.name)]
    taken += [name.casefold() for one in partners_of(ctx.tx, member.person.id) for name in _forms(one.person.name)]
    return [
        (one, [name for name in _forms(one.name) if taken.count(name.casefold()) == 1])
        for one in staff
        if one.id != member.person.id
    ]


def _forms(name: str) -> set[str]:
    """What somebody may be called: "Morgan Lee Smith", "Morgan Smith", "Morgan" and "Smith"; no title or initial."""
    parts = [part for part in name.split() if part.casefold().strip(".") not in _TITLES]
    alone = {part for part in (*parts[:1], *parts[-1:]) if len(part.strip(".")) > 1}
    return {name, *alone, *([f"{parts[0]} {parts[-1]}"] if len(parts) > 1 else ())}


def _place(name: str, words: str, *, any_case: bool) -> int | None:
    """Where a name stands as a whole word; None where it doesn't."""
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    found = re.match(rf"\W*{whole}", words, re.IGNORECASE)
    if found is not None:
        return 0
    as_recorded = not any_case and name.casefold() in _WORDS_TOO
    found = re.search(whole, words, 0 if as_recorded else re.IGNORECASE)
    return None if found is None else found.start()
