"""The words that the service says, in each language, from Fluent files."""

from collections.abc import Callable, Mapping

# Fills the variables of one text. Raises `KeyError` when a variable has no value.
Fill = Callable[[Mapping[str, str | int]], str]


class TextMissing(KeyError):
    """There is no such text, or a variable of it has no value: a programming error that tests find."""


class Texts:
    """All texts in all languages, ready to be filled.

    Values are put in as they are: never read as Fluent, never cut, whole numbers without separators.
    """

    def __init__(self, fills: Mapping[str, Mapping[str, Fill]]) -> None:
        """Take, for each language, what fills each key; every language has every key."""
        self._fills = fills

    def say(self, key: str, language: str, **values: str | int) -> str:
        """Fill the text `key` in a language.

        Raises `TextMissing` when the language or key is unknown or a variable of the text has no value.
        """
        try:
            return self._fills[language][key](values)
        except KeyError as error:
            raise TextMissing(f"{language}/{key}: {error.args[0]}") from None

    def keys(self) -> frozenset[str]:
        """Name all texts."""
        return frozenset(key for fills in self._fills.values() for key in fills)

    def languages(self) -> frozenset[str]:
        """Name all languages, e.g. `en-GB` and `en-GB-easy`."""
        return frozenset(self._fills)
