"""Phone numbers, accounts and cards that come in pieces over several messages."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from content.contact.bank import is_card, named_lengths, sort_code
from content.contact.numerals import TOKEN, Piece, pieces
from content.contact.phone import begins_number, countable, is_whole, without_helplines
from content.contact.place import Kind, Place
from content.contact_rules import ContactRules

# A piece without a cue is mostly digits: so many letters of other words for each digit, or as few as these.
_MOST_LETTERS = 2
_FEW_LETTERS = 4
# Further back only a run of bare digits is gone on with: a number with a digit a message has eleven of them.
_NEAR = 8
# What can begin a number when all that follows is bare digits.
_WEAK = frozenset({"0", "07", "00", "44", "01", "02", "03"})
# Pieces can be combined in so many ways; who sends more isn't writing a number any more.
_MOST_WAYS = 64
# A longer row of digits is neither a phone number nor a card.
_LONGEST = 17
_ACCOUNT, _HALF = 8, 4
_CODE_AND_ACCOUNT = 14
_CODE_PARTS = frozenset({2, 4})
_CARD_PARTS = frozenset({4, 8, 12})
# The word for an account stands so many messages before its digits at most.
_NAMED_BEFORE = 2
_BANK_CUE = re.compile(
    r"\b(?:sort|code|sc|pay|bank|account|acc|acct|transfer|lloyds|barclays|natwest|hsbc|halifax|monzo|starling|santander"
    r"|nationwide|tsb|rbs|digits?)\b"
)
# Of a message that is longer, or has more digits, only this much can be a piece.
_LONGEST_MESSAGE = 1000
_MOST_PIECES = 12
# So many digits can be the end of any number, also when they are a helpline ("999").
_LAST_DIGITS = 3


class _Message(NamedTuple):
    # Without amounts and helplines.
    pieces: tuple[Piece, ...]
    # It looks like a piece: digits and few other words, or a cue.
    piece: bool
    # Digits and no more letters of other words than digits.
    bare: bool
    text: str


def find_split_numbers(text: str, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find the digits with which a text completes a number that earlier messages began."""
    last = _message(text, rules)
    if not last.pieces:
        last = _short_helpline(text, rules)
    if not (last.pieces and last.piece):
        return
    named = _named(last, before)
    if named:
        yield named
        return
    earlier = [_message(message, rules) for message in before]
    for back in range(1, len(earlier) + 1):
        begun, between = earlier[-back], earlier[len(earlier) - back + 1 :]
        if back > _NEAR and not (begun.bare and all(message.bare or not message.pieces for message in between)):
            continue
        for at in range(len(begun.pieces)):
            found = _completed(begun, at, between, last, rules)
            if found:
                yield found, back
                return


def _named(last: _Message, before: Sequence[str]) -> tuple[Place, int] | None:
    """Take digits for an account or a sort code where a message just before ends with the word for it."""
    digits = sum(len(piece.digits) for piece in last.pieces)
    for back, message in enumerate(reversed(before[-_NAMED_BEFORE:]), start=1):
        if last.bare and digits in named_lengths(message):
            return Place("bank", last.pieces[0].start, last.pieces[-1].end, "account-named"), back
    return None


def _completed(
    begun: _Message, at: int, between: Sequence[_Message], last: _Message, rules: ContactRules
) -> Place | None:
    """Say where the last message completes what a piece begins."""
    digits = begun.pieces[at].digits
    further = begun.pieces[at + 1 :]

    def whole(number: str) -> bool:
        return is_whole(number, rules.helplines)

    found = None
    if begins_number(digits):
        found = _search(digits, further, between, last, whole, "phone", skip=True)
    elif digits in _WEAK and begun.bare and last.bare:
        found = _search(digits, further, between, last, whole, "phone", skip=False)
    elif len(digits) in _CARD_PARTS and begun.bare and last.bare:
        found = _search(digits, further, between, last, is_card, "bank", skip=False)
    elif len(digits) in _CARD_PARTS and "card" in begun.text:
        found = _search(digits, further, between, last, is_card, "bank", skip=True)
    code = 0 if _in_a_number(begun.pieces, at, whole) else sort_code(begun.pieces, at)
    if found is None and code and (code > 1 or begun.bare or _BANK_CUE.search(begun.text)):
        found = _account(further[code - 1 :], between, last, begun.text)
    if found is None and len(digits) in _CODE_PARTS and begun.bare:
        said = " ".join([begun.text, *(message.text for message in between), last.text])
        if _BANK_CUE.search(said):
            found = _search(digits, further, between, last, _is_code_and_account, "bank", skip=False)
    if found is None and len(digits) == _ACCOUNT and _BANK_CUE.search(f"{begun.text} {last.text}"):
        code = sort_code(last.pieces, 0)
        found = Place("bank", last.pieces[0].start, last.pieces[code - 1].end, "bank-split") if code else None
    return found


def _in_a_number(found: Sequence[Piece], at: int, whole: Callable[[str], bool]) -> bool:
    """Whether a piece is the rest of a phone number that stands in its own message."""
    return any(
        whole("".join(piece.digits for piece in found[first:end]))
        for first in range(at)
        for end in range(at + 1, len(found) + 1)
    )


def _account(further: Sequence[Piece], between: Sequence[_Message], last: _Message, begun: str) -> Place | None:
    """Find the account number behind a sort code: in whole groups, unless money is spoken of."""
    if (
        _BANK_CUE.search(f"{begun} {last.text}")
        or sum(len(piece.digits) for piece in last.pieces) == _ACCOUNT
        or all(len(piece.digits) >= _HALF for piece in last.pieces)
    ):
        return _search("", further, between, last, _is_account, "bank", skip=False)
    return None


def _is_account(digits: str) -> bool:
    return len(digits) == _ACCOUNT


def _is_code_and_account(digits: str) -> bool:
    return len(digits) == _CODE_AND_ACCOUNT


def _search(
    digits: str,
    further: Sequence[Piece],
    between: Sequence[_Message],
    last: _Message,
    whole: Callable[[str], bool],
    kind: Kind,
    *,
    skip: bool,
) -> Place | None:
    """Put digits together, message by message; `skip`: what stands between may belong to it or not."""
    own = last.pieces[0].digits
    ways = {digits}
    # Where what begins it could be anything, every piece must be bare.
    parts = [message for message in between if (message.piece if skip else message.bare)]
    for piece in (*further, *(piece for message in parts for piece in message.pieces)):
        longer = {way + piece.digits for way in ways if len(way) + len(piece.digits) < _LONGEST}
        # A piece that was withheld may be sent again.
        ways = ways | longer if skip or piece.digits == own else longer
        if len(ways) > _MOST_WAYS:
            ways = set(sorted(ways, key=len, reverse=True)[:_MOST_WAYS])
    for first in range(min(len(last.pieces), _LONGEST)):
        behind = ""
        for piece in last.pieces[first : first + _LONGEST]:
            behind += piece.digits
            if len(behind) >= _LONGEST:
                break
            if any(whole(way + behind) for way in ways):
                rule = "phone-split" if kind == "phone" else "bank-split"
                return Place(kind, last.pieces[first].start, piece.end, rule)
    return None


def _message(text: str, rules: ContactRules) -> _Message:
    found = pieces(text[:_LONGEST_MESSAGE], rules.numbers)
    chosen = tuple(countable(without_helplines(found, rules.helplines), text, rules.units))[:_MOST_PIECES]
    if not chosen:
        return _nothing(text)
    said = TOKEN.findall(" ".join(_outside(text, found)))
    letters = sum(len(word) for word in said if word not in rules.fillers)
    digits = sum(len(piece.digits) for piece in chosen)
    glue = rules.glue.match(text)
    opens = chosen[0].start <= (glue.end() if glue else 0) + 2
    cued = not rules.cues.isdisjoint(said)
    mostly = letters <= max(_MOST_LETTERS * digits, _FEW_LETTERS)
    piecelike = mostly or opens or cued or any(begins_number(piece.digits) for piece in chosen)
    return _Message(chosen, piece=piecelike, bare=letters <= digits, text=text)


def _short_helpline(text: str, rules: ContactRules) -> _Message:
    """Take "999" alone for digits, which only counts where they complete something."""
    found = pieces(text[:_LONGEST_MESSAGE], rules.numbers)
    chosen = tuple(countable(found, text, rules.units))
    if len(found) != 1 or not chosen or chosen[0].digits not in rules.helplines or len(chosen[0].digits) > _LAST_DIGITS:
        return _nothing(text)
    bare = rules.fillers.issuperset(TOKEN.findall(" ".join(_outside(text, found))))
    return _Message(chosen, piece=True, bare=True, text=text) if bare else _nothing(text)


def _nothing(text: str) -> _Message:
    return _Message((), piece=False, bare=False, text=text)


def _outside(text: str, found: Sequence[Piece]) -> Iterator[str]:
    end = 0
    for piece in found:
        yield text[end : piece.start]
        end = piece.end
    yield text[end:]
