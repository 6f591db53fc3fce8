"""The messages before an alert's own without which nothing would have been found: people write in pieces."""

from collections.abc import Sequence

from handlers.context import Context
from storage.cases import Alert, Case, alerts_in
from storage.messages import Finding, findings_of


def messages_before(ctx: Context, case: Case) -> int:
    """How many messages before its own the alerts of a case needed, the most of them; 0: none did."""
    alerts = {alert.message_id: alert for alert in alerts_in(ctx.tx, case.id) if alert.message_id is not None}
    found = findings_of(ctx.tx, list(alerts))
    return max((_needed(alerts[message_id], own) for message_id, own in found.items()), default=0)


def _needed(alert: Alert, found: Sequence[Finding]) -> int:
    """What one finding sees in the message alone needs nothing before it, whatever another one needed."""
    raised = [one for one in found if (one.kind, one.severity) == (alert.category, alert.severity)]
    return min((one.reaches_back for one in raised), default=0)
