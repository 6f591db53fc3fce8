"""`telementor invite`: a new invitation for somebody who has not joined."""

from bot.cli.apps import new_app
from bot.cli.invitations import handed_over
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, answer
from bot.cli.values import Id
from handlers.people import invite as invite_person

app = new_app()


@app.command()
def invite(person_id: Id, as_json: AsJson = False) -> None:
    """Invite somebody to join; their earlier invitations are void from then on.

    Somebody with a number gets a text that asks for YES. For everybody else this prints a link (or a code) for
    Telegram, for you to hand over.
    """
    with opened() as core:
        invited = core.act(lambda ctx: invite_person(ctx, person_id, actor=OPERATOR))
        document, said = handed_over(core, invited)
    answer(as_json, document, *said)
