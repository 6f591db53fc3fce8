"""Texts of 10,000 characters that are made to keep an engine busy; the tests and the bench use the same."""

from collections.abc import Iterator

LENGTH = 10_000

# Repeated up to the length.
SEEDS = (
    "0", "7", "07", "07 ", "0 7 ", "7 ", "44 ", "1 2 ", "+4", "12:", "01/02/2026 ", "07700 900123 ",
    ".", "a.", "a-", "@", "a@", "@aa ", "a@b.", "x @ ", "x@y . ", "a@b.com ", "http://", "www.", "t.me/",
    "snap ", "snap is ", "snap: ab1 ", "my username is ", "add me on ", "sw1a 1aa ", "a ", "a", " ",
    "kill ", "kill myself ", "killing myself laughing ", "he hit ", "dont tell ", "want to ", "l",
    "a\u0301", "\u0301", "0\u200b", "\u202e07", "\ud800", "\x00", "\ufdfa", "\uff10", "😀",
    # Ten thousand digits with each separator that people write.
    *(f"7{separator}" for separator in ("-", ".", "/", ",", "_", "*", "(", ")", " - ", "\n", "\u2022", "\ufe0f\u20e3")),
    # Digits in words, mixed and in disguise.
    "oh seven ", "seven", "double ", "treble seven ", "zero 7 ", "o7oo ", "seven and ", "l0o", "\u0667", "\U0001d7d5",
    # One letter at a time, and letters for others.
    "k i l l ", "k.m.s ", "k-i-l-l-", "k1ll ", "$u1c1d3 ", "kill\u200bmyself ", "\u0430a", "\u0430\u0435 ", "\u24b6",
    "\U0001f1f0", "kkkiiilll ", "@t d0t ", "(at) ", "(dot) ", " at  dot ", "name at gmail dot ",
    # What nearly is a phrase of a lexicon, a place, or bank details.
    "i want to ", "i want to kill my ", "dont want to be ", "not going to kill myself ", "my mate took ", "kil myslef ",
    "im gonna ", "12 the ", "flat 1 ", "sort code ", "4111 1111 ", "hmp ", "add my ", "whatsapp ", "gimme ur ",
    "can i tell ", "can u call me ", "dont add me ", "sn4p ", "sn4p!", "!", "$", "*a", "s n 4 p ", "onetwo",
    "ls6 half ", "flat four, ", "my road is ", "acc no 1 ", "snap lulu zero ", "im sam on ", "whats ur ", "b_",
    "at gmaildotco", "demi then ",
    # What brings something new to light in each round.
    "s n a p HMP lI0\ufe0f\u20e3a_\ufdfa", "a_treble oh s n a p add me on ", "07 treble snap me a_b t.me/",
    # A sentence each, and grave words in talk that could make them innocent.
    "ok. ", "yes.\n", "a film. he put a gun to my head in the game. ", "he put a gun to my head in the game ",
)  # fmt: skip


def hostile_texts() -> Iterator[str]:
    """All of them, each repeated up to the length, and characters that were never seen before."""
    for seed in SEEDS:
        yield (seed * LENGTH)[:LENGTH]
    for first in (0x100, 0x4E00):
        yield "".join(map(chr, range(first, first + LENGTH)))
