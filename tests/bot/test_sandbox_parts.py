"""The small parts of the sandbox: lanes, planned faults, posting, and the server."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import faults
from bot.sandbox.answers import CutConnection
from bot.sandbox.lanes import Job, Lanes
from bot.sandbox.posting import Poster, is_loopback
from bot.sandbox.running import running


async def test_lanes_keep_order_and_run_beside_each_other() -> None:
    """Jobs of one key run in order, and one that waits stops only its own lane."""
    lanes, done, gate, end = Lanes(), list[str](), asyncio.Event(), asyncio.Event()

    def job(name: str, *, wait: bool = False) -> Job:
        async def run() -> None:
            if wait:
                await gate.wait()
            done.append(name)
            if len(done) == 4:
                end.set()

        return run

    lanes.put("a", job("a1", wait=True))
    lanes.put("a", job("a2"))
    lanes.put("b", job("b1"))
    lanes.put("b", job("b2"))
    await asyncio.sleep(0)
    assert done == ["b1", "b2"]
    gate.set()
    await end.wait()
    assert done == ["b1", "b2", "a1", "a2"]
    await lanes.close()


async def test_a_failing_job_is_raised_at_the_end() -> None:
    """A mistake in a job isn't lost: `close` raises it; what waited behind it is dropped."""
    lanes, done = Lanes(), list[str]()

    async def fail() -> None:
        raise ArithmeticError

    async def note() -> None:
        done.append("ran")

    lanes.put("a", fail)
    lanes.put("a", note)
    await asyncio.sleep(0)
    lanes.put("a", note)
    await asyncio.sleep(0)
    with pytest.raises(ArithmeticError):
        await lanes.close()
    assert done == ["ran"]


async def test_clearing_lanes_cancels_and_drops() -> None:
    """After `clear` nothing runs and nothing waits."""
    lanes, done = Lanes(), list[str]()

    async def forever() -> None:
        await asyncio.Event().wait()

    async def note() -> None:
        done.append("ran")

    lanes.put("a", forever)
    lanes.put("a", note)
    await asyncio.sleep(0)
    await lanes.clear()
    assert done == []


def test_faults_are_used_once_by_the_call_that_they_fit() -> None:
    """A fault for one address waits for it; others go in the order planned, as often as planned."""
    plan = faults.FaultPlan()
    plan.plan("send", faults.refused(500), address="7")
    plan.plan("send", faults.refused(429), times=2)
    taken = [plan.take(method, address) for method, address in (("get", "7"), ("send", "8"), ("send", "7"))]
    assert [fault and fault.status for fault in taken] == [None, 429, 500]
    assert len(plan) == 1
    assert plan.take("send", None) is not None
    assert plan.take("send", None) is None


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("192.168.0.1", False),
        (None, False),
    ],
)
def test_loopback(host: str | None, is_local: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """Loopback addresses and `localhost`, and nothing that only looks like them."""
    assert is_loopback(host) is is_local


async def test_posting_goes_to_loopback_only() -> None:
    """A closed poster and an address outside loopback give None; a redirect is not followed."""

    async def away(_request: Request) -> Response:
        return Response(status_code=307, headers={"location": "https://mentoring.example/"})

    poster = Poster(lambda: None)
    async with running(Starlette(routes=[Route("/", away, methods=["POST"])])) as base:
        assert await poster.post(base, json={}) is None
        async with poster:
            assert await poster.post("https://mentoring.example/", json={}) is None
            assert await poster.post(base, json={}) == 307


async def test_a_taken_port_is_an_error() -> None:
    """A port that somebody has is an `OSError`, at once."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OSError, match="in use"):
            async with running(Starlette(), port=other.getsockname()[1]):
                raise AssertionError("it ran")


async def test_a_failing_start_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """An application that fails at its start is an error here, not the end of the process."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        int("not a number")
        yield

    caplog.set_level(logging.CRITICAL, "uvicorn.error")
    with pytest.raises(OSError, match="at its start"):
        async with running(Starlette(lifespan=lifespan)):
            raise AssertionError("it ran")


async def test_a_cut_connection_has_no_answer() -> None:
    """A cut connection ends without a byte, for one request only."""
    answers: list[Response] = [CutConnection(), Response("fine")]

    async def answer(_request: Request) -> Response:
        return answers.pop(0)

    async with running(Starlette(routes=[Route("/", answer)])) as base, httpx.AsyncClient() as client:
        with pytest.raises(httpx.TransportError):
            await client.get(base)
        assert (await client.get(base)).text == "fine"
