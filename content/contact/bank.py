"""Bank details: sort code with account, card numbers with a valid check digit, IBANs and cash tags.

Check digits: ISO/IEC 7812-1 (Luhn) for cards, ISO 13616 (modulo 97) for IBANs.
"""

import re
from collections.abc import Iterator, Sequence

from content.contact.numerals import Piece
from content.contact.place import Place
from content.patterns import Pattern, Plain, find_all

# First digits and lengths of the cards that are used in the UK: Visa, Mastercard and Maestro 16, American Express 15.
_CARD = re.compile(r"[2456][0-9]{15}|3[47][0-9]{13}")
_MOST_GROUPS = 16
_THEN = re.compile(r"[ ,.]{1,2}(?:and |n )?(?:then|next|and|n)[ ,.]{1,2}")
FEWEST_OF_CARD = 15
_FIRST_DIGITS = frozenset("23456")
_SORT_CODE = 6
# A sort code in pairs, with one of these between all of them.
_PAIRS = 3
_GAPS = frozenset({"-", " ", "/", ".", " - "})
_ACCOUNT = 8
FEWEST_OF_ACCOUNT = _SORT_CODE + _ACCOUNT
_BETWEEN = 60
_CUE = re.compile(
    r"\b(?:s(?:or|ro|r)?t(?:ing)? ?c[oe]?de?|s ?code|s/c|sort|code|sc"
    r"|accounts?|accnt|accoutn|acount|accs?|acct|ac|a/c|bank(?:ing)?|pay|paid|payment"
    r"|send|sent|transfer|money|cash|wages|savings|isa|bacs|refund|deposit|lend|owe|owed|quid|lloyds|barclays|natwest|hsbc|halifax|monzo|starling"
    r"|santander|nationwide|tsb|rbs|revolut|chase|metro bank|post office|co-?op bank|tide|kroo|digits?)\b"
)
# Pairs that are no date are a sort code beside eight digits in one piece, whatever else is said.
_NEXT_TO = 12
_LAST_DAY, _LAST_MONTH = 31, 12
# What stands right before the digits of an account or a sort code that is named.
_ACCOUNT_NAMED = re.compile(
    r"\b(?:a(?:cc|cct|ccs|c|cnt|ccnt|ccount|coutn)s?\.?|a/c|an|bank account)(?: ?(?:number|num|numb|no|nr|n|#))?\.?"
    r"(?: ?(?:is|s|its|it's|then|=|:|-|–)){0,2}[ :.,=-]{0,3}\Z"
    r"|\b(?:send|sent|pay|paid|transfer|wire|put|bung)\b[^.!?]{0,25} (?:to|into|in)[ :]{1,2}\Z"
)
_CODE_NAMED = re.compile(
    r"\b(?:s(?:or|ro|r)?t(?:ing)? ?c[oe]?de?s?|s ?code|s/c|sc|s\.c\.?|sort)(?: ?(?:number|num|no))?"
    r"(?: ?(?:is|s|its|it's|then|=|:|-|–)){0,2}[ :.,=-]{0,3}\Z"
)
# Not the account of a person: with whom it is stands before.
_NOT_A_BANK = re.compile(
    r"\b(?:gas|electric|electricity|energy|water|council|library|customer|student|broadband|ucas|tax|uc|dwp|rent|phone|bt|sky|ee|loyalty)\b"
)
_NAMED_BEFORE = 40
_NAMED_LENGTHS = frozenset({_ACCOUNT, _SORT_CODE})
_NAMED = ((_ACCOUNT_NAMED, _ACCOUNT), (_CODE_NAMED, _SORT_CODE))
_IBAN = Pattern(r"\b[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?\b")
_IBAN_LENGTHS = range(15, 35)
_TAG = re.compile(r"(?<![\w$£])[£$][a-z][a-z0-9_-]{2,29}(?![\w$£])")
# A name with figures behind "$" is one whatever is said beside.
_SURE_TAG = re.compile(r"\$[a-z]{3,}[0-9]{1,4}")
# "pay pal me slash jay k 21".
_ME = re.compile(r"\b(?:pay ?pal|monzo|revolut)[ .]{0,2}me ?/ ?[\w.-]+(?: [\w.-]+){0,2}")
_AMOUNT = re.compile(
    r"[£$](?:k|m|mil|one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|thousand)\b"
)


def find_cards(pieces: Sequence[Piece]) -> Iterator[Place]:
    """Find card numbers: the right length and a valid check digit, however grouped. Linear time."""
    first = 0
    while first < len(pieces):
        count = _card(pieces, first)
        if count:
            yield Place("bank", pieces[first].start, pieces[first + count - 1].end, "card-number")
        first += count or 1


def _card(pieces: Sequence[Piece], first: int) -> int:
    digits = ""
    if pieces[first].digits[0] not in _FIRST_DIGITS:
        return 0
    for count, piece in enumerate(pieces[first : first + _MOST_GROUPS], start=1):
        digits += piece.digits
        if (count > 1 and not (piece.near or _THEN.fullmatch(piece.gap or ""))) or len(digits) > 16:
            return 0
        if len(digits) >= FEWEST_OF_CARD and is_card(digits):
            return count
    return 0


def is_card(digits: str) -> bool:
    """Say whether digits are a card number: its length, its first digits and its check digit."""
    return _CARD.fullmatch(digits) is not None and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def find_accounts(pieces: Sequence[Piece], text: str) -> Iterator[Place]:
    """Find a sort code and the account number behind it: the code in pairs, or either named. Linear time."""
    first = 0
    while first < len(pieces):
        code = sort_code(pieces, first)
        places = _account(pieces, first, code, text) if code else ()
        yield from places
        first += code if places else 1
    for first in range(len(pieces) - 1):
        yield from _account_first(pieces, first, text)


def _account_first(pieces: Sequence[Piece], first: int, text: str) -> Iterator[Place]:
    """Find an account number in one piece with its sort code behind it."""
    code = sort_code(pieces, first + 1) if len(pieces[first].digits) == _ACCOUNT else 0
    if code:
        between = text[pieces[first].end : pieces[first + 1].start]
        if pieces[first + 1].near or (len(between) <= _NEXT_TO and _CUE.search(between)):
            yield Place("bank", pieces[first].start, pieces[first + code].end, "sort-code-and-account")


def sort_code(pieces: Sequence[Piece], first: int) -> int:
    """Say how many pieces from `first` on are a sort code: six digits together, or three pairs; 0: they are none."""
    if len(pieces[first].digits) == _SORT_CODE:
        return 1
    pairs = pieces[first : first + _PAIRS]
    if len(pairs) < _PAIRS or any(len(piece.digits) != 2 for piece in pairs):
        return 0
    return _PAIRS if pairs[1].gap == pairs[2].gap and pairs[1].gap in _GAPS else 0


def _account(pieces: Sequence[Piece], first: int, code: int, text: str) -> tuple[Place, ...]:
    count = _run(pieces, first + code, _ACCOUNT)
    if not count:
        return ()
    last, behind, closing = pieces[first + code - 1], pieces[first + code], pieces[first + code + count - 1]
    between = text[last.end : behind.start]
    around = text[max(pieces[first].start - _BETWEEN, 0) : pieces[first].start] + between
    cue = _CUE.search(f"{around} {text[closing.end : closing.end + _BETWEEN // 2]}") is not None
    beside = code > 1 and count == 1 and len(between) <= _NEXT_TO and not _is_date(pieces[first : first + code])
    if len(between) > _BETWEEN or not (cue or beside or (behind.near and count <= 2)):
        return ()
    if behind.near:
        return (Place("bank", pieces[first].start, closing.end, "sort-code-and-account"),)
    return (
        Place("bank", pieces[first].start, last.end, "sort-code-and-account"),
        Place("bank", behind.start, closing.end, "sort-code-and-account"),
    )


def named_lengths(text: str) -> list[int]:
    """Say how many digits a text asks for that ends with the word for an account or a sort code."""
    end = text[-_NAMED_BEFORE:]
    if _NOT_A_BANK.search(end):
        return []
    return [length for named, length in _NAMED if named.search(end)]


def find_named(pieces: Sequence[Piece], text: str) -> Iterator[Place]:
    """Find an account number or a sort code right behind the word for it, each alone."""
    for first, piece in enumerate(pieces):
        # All digits that are close together: "sort 20 45 67 89 into order" names none.
        digits, last = len(piece.digits), first
        while digits <= _ACCOUNT and last + 1 < len(pieces) and pieces[last + 1].near:
            last += 1
            digits += len(pieces[last].digits)
        # Few have the length of either; that is cheaper to ask than what stands before them.
        if digits in _NAMED_LENGTHS and digits in named_lengths(
            text[max(piece.start - _NAMED_BEFORE, 0) : piece.start]
        ):
            yield Place("bank", piece.start, pieces[last].end, "account-named")


def _is_date(pairs: Sequence[Piece]) -> bool:
    return int(pairs[0].digits) <= _LAST_DAY and int(pairs[1].digits) <= _LAST_MONTH


def _run(pieces: Sequence[Piece], first: int, length: int) -> int:
    """Say how many pieces from `first` on, close together, have so many digits; 0: none do."""
    digits = 0
    for count, piece in enumerate(pieces[first : first + length], start=1):
        digits += len(piece.digits)
        if count > 1 and not piece.near:
            return 0
        if digits >= length:
            return count if digits == length else 0
    return 0


def find_ibans(text: Plain) -> Iterator[Place]:
    """Find international account numbers whose check digits are right."""
    for start, end in find_all(_IBAN, text):
        # A word behind the number can look like its last group.
        blank = text.text.rfind(" ", start, end)
        for stop in (end, blank) if blank > start else (end,):
            digits = text.text[start:stop].replace(" ", "")
            if len(digits) in _IBAN_LENGTHS and _modulo_97(digits):
                yield Place("bank", start, stop, "iban")
                break


def _modulo_97(iban: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def find_cash_tags(text: str, payment_words: re.Pattern[str]) -> Iterator[Place]:
    """Find cash tags: "£name" always, "$name" where a word of paying stands in the text."""
    for found in _ME.finditer(text) if "/" in text else ():
        yield Place("bank", *found.span(), "payment-link")
    tags = list(_TAG.finditer(text)) if "£" in text or "$" in text else []
    paid = bool(tags) and payment_words.search(text) is not None
    for found in tags:
        sure = found[0].startswith("£") or _SURE_TAG.fullmatch(found[0]) is not None
        if not (_AMOUNT.match(found[0]) or found[0].endswith("ing")) and (sure or paid):
            yield Place("bank", *found.span(), "cash-tag")
