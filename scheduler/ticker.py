"""The ticker: APScheduler calls the sweeps again and again. Nothing that is due lives in it."""

from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Ticker:
    """Calls a function every so many seconds (above 0, also below one) in a thread of its own.

    A tick that comes while the last one still runs is left out; ticks that were missed are made up for by one.
    """

    def __init__(self, function: Callable[[], None], seconds: float) -> None:
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            # The default of one second would drop every tick that a busy machine starts late.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )
        self._scheduler.add_job(function, IntervalTrigger(seconds=seconds))

    def start(self) -> None:
        """Begin to tick; the first tick comes after one interval."""
        self._scheduler.start()

    def stop(self) -> None:
        """End, after a tick that runs now."""
        self._scheduler.shutdown(wait=True)
