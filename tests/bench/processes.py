"""Processes of a benchmark: start one, wait for its port, weigh it, end it."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

# The folder that holds the packages: child processes find their modules from here.
ROOT = Path(__file__).parents[2]

# Longest wait for a process to be of use.
START_SECONDS = 30.0
_END_SECONDS = 10.0
_TICK = os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running(module: str, *arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A Python module as a process, and the port that it printed as its first line; ended with the context.

    Raises RuntimeError when it ends, or says nothing for 30 seconds, before it prints a port.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    try:
        yield process, await _port(process, module)
    finally:
        await end(process)


async def _port(process: asyncio.subprocess.Process, module: str) -> int:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
    except TimeoutError:
        line = b""
    if not line:
        problem = f"{module} did not start."
        raise RuntimeError(problem)
    return int(line)


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end (SIGTERM), and make it end after ten seconds."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def cpu_seconds(pid: int) -> float:
    """CPU time that all threads of a process used so far, user and system (proc(5): fields utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in RAM now (proc(5): VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) * 1024
