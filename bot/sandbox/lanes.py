"""Background jobs in lanes: in order within one lane, lanes beside each other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class Lanes:
    """Runs jobs one after the other for each key. A job that raises ends its lane's turn and is raised by `close`."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Job]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failed: list[BaseException] = []

    def put(self, key: str, job: Job) -> None:
        """Run `job` after everything that was put under the same key."""
        self._waiting.setdefault(key, deque()).append(job)
        if key not in self._running:
            self._running[key] = asyncio.get_running_loop().create_task(self._run(key))

    async def clear(self) -> None:
        """Drop what waits and cancel what runs."""
        self._waiting.clear()
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def close(self) -> None:
        """Like `clear`; then raise the first error that a job met, so that no mistake of ours goes unseen."""
        await self.clear()
        if self._failed:
            raise self._failed[0]

    async def _run(self, key: str) -> None:
        try:
            while waiting := self._waiting.get(key):
                await waiting.popleft()()
        except Exception as error:  # noqa: BLE001 - kept for `close`, which raises it
            self._failed.append(error)
        finally:
            self._waiting.pop(key, None)
            self._running.pop(key, None)
