"""Making text from outside fit to be stored."""


def storable(text: str) -> str:
    """The same text with each lone surrogate replaced by U+FFFD: it is no character and can't be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
