"""The ticker: it calls, it leaves out what would overlap, it ends."""

import threading

from apscheduler.events import EVENT_JOB_MAX_INSTANCES

from scheduler.ticker import Ticker

_PATIENCE = 20.0


def test_it_ticks_until_it_is_stopped() -> None:
    """The function is called again and again in a thread that isn't the caller's, and not after `stop`."""
    called = threading.Semaphore(0)
    threads = []

    def tick() -> None:
        threads.append(threading.current_thread())
        called.release()

    ticker = Ticker(tick, 0.01)
    assert not called.acquire(blocking=False)
    ticker.start()
    for _ in range(3):
        assert called.acquire(timeout=_PATIENCE)
    ticker.stop()
    count = len(threads)
    assert threading.current_thread() not in threads
    assert not any(thread.is_alive() for thread in threads)
    assert len(threads) == count


def test_a_tick_that_is_still_running() -> None:
    """While one tick runs no other begins; after it they go on, and `stop` waits for the last."""
    running, most = 0, 0
    left_out, go_on = threading.Event(), threading.Event()
    later = threading.Semaphore(0)
    lock = threading.Lock()

    def tick() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        assert go_on.wait(_PATIENCE)
        with lock:
            running -= 1
        later.release()

    ticker = Ticker(tick, 0.005)
    ticker._scheduler.add_listener(lambda _: left_out.set(), EVENT_JOB_MAX_INSTANCES)
    ticker.start()
    assert left_out.wait(_PATIENCE)
    go_on.set()
    for _ in range(2):
        assert later.acquire(timeout=_PATIENCE)
    ticker.stop()
    assert (running, most) == (0, 1)


def test_a_tick_that_fails() -> None:
    """A tick that raises ends only itself."""
    called = threading.Semaphore(0)

    def tick() -> None:
        called.release()
        raise RuntimeError

    ticker = Ticker(tick, 0.01)
    ticker.start()
    for _ in range(2):
        assert called.acquire(timeout=_PATIENCE)
    ticker.stop()
