"""A process that has loaded the program and forks a service from itself whenever one is wanted.

For journeys that start the service so often that loading it would be most of what they do. It takes one order after the
other from standard input, each a line of JSON (`folder`, `environment`, `log`), and says in lines of JSON which process
it is (`pid`) and that it has ended (`ended`); between these stands what the service itself says.
"""

import json
import os
import sys
from typing import Any

from bot.channels import sms, telegram
from bot.cli import main, run
from storage import sqlite

# What the program loads only when it is wanted.
_LOADED = (sms, telegram, run, sqlite)


def _become_service(order: dict[str, Any]) -> None:
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stderr.fileno())
    sys.argv = ["telementor", "run", "--json"]
    main()


def _say(fact: str, pid: int) -> None:
    sys.stdout.write(json.dumps({fact: pid}) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Take orders until nobody gives any more; the next one when the service of the last one has ended."""
    for line in sys.stdin:
        named, naming = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                # Nothing before its name.
                os.read(named, 1)
                _become_service(json.loads(line))
            finally:
                os._exit(1)
        _say("pid", pid)
        os.write(naming, b".")
        os.close(named)
        os.close(naming)
        os.waitpid(pid, 0)
        _say("ended", pid)


if __name__ == "__main__":
    serve()
