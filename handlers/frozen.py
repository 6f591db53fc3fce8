"""An event as text and back, for the ones whose handler failed."""

from typing import Any

from pydantic import TypeAdapter

from handlers.events import DeliveryReport, Event, Ignored, Inbound, Unreachable

_KINDS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Inbound, DeliveryReport, Unreachable, Ignored)
}


def freeze(event: Event) -> str:
    """The event as text."""
    name = type(event).__name__
    return f"{name} {_KINDS[name].dump_json(event).decode()}"


def thaw(text: str) -> Event:
    """The event that `freeze` made the text of. Raises `KeyError` or `ValidationError` for any other text."""
    name, _, body = text.partition(" ")
    event: Event = _KINDS[name].validate_json(body)
    return event
