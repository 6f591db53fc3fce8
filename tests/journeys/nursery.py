"""A process that has loaded the program and forks a service from itself whenever one is wanted.

For journeys that start the service so often that loading it and its content would be most of what they do. It takes
one order after the other from standard input, each a line of JSON (`folder`, `environment`, `log`), and says in lines
of JSON which process it is (`pid`) and that it has ended (`ended`); between these stands what the service itself says.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from bot import bootstrap
from bot.channels import sms, telegram
from bot.cli import main, run
from bot.settings import PREFIX
from storage import sqlite
from tests.shipped import content_once

# What the program loads only when it is wanted.
_LOADED = (sms, telegram, run, sqlite)


def _become_service(order: dict[str, Any]) -> None:
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stderr.fileno())
    mock.patch.object(bootstrap, "load_content", content_once).start()
    sys.argv = ["telementor", "run", "--json"]
    main()


def _say(fact: str, pid: int) -> None:
    sys.stdout.write(json.dumps({fact: pid}) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Take orders until nobody gives any more; the next one when the service of the last one has ended."""
    for line in sys.stdin:
        order = json.loads(line)
        folder = order["environment"].get(f"{PREFIX}CONTENT_DIR")
        # Read before the first service is forked: all have it from then on.
        content_once(Path(folder) if folder else None)
        named, naming = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                # Nothing before its name.
                os.read(named, 1)
                _become_service(order)
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
