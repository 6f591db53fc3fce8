"""The storage cases: our three-row transaction beside the same three rows by hand."""

from tests.bench.figures import Pair
from tests.bench.probes import AsyncpgProbe, asyncpg_connections, commit_probe
from tests.bench.rounds import Bench, by_turns
from tests.bench.service_under_test import Store, open_store
from tests.databases import postgres_server

# Transactions in a stretch.
_ONE_CALLER = 100
_MANY_CALLERS = 640
_PROBE = 100
_POSTGRES = 240

_CONNECTIONS = 8


async def store_1(bench: Bench) -> dict[str, Pair]:
    """One caller: each transaction waits for its own commit."""
    return {"store_1_vs_probe": await _beside_commit_probe(bench, callers=1, transactions=_ONE_CALLER)}


async def store_32(bench: Bench) -> dict[str, Pair]:
    """32 callers, who share commits."""
    return {"store_32_vs_probe": await _beside_commit_probe(bench, callers=32, transactions=_MANY_CALLERS)}


async def _beside_commit_probe(bench: Bench, *, callers: int, transactions: int) -> Pair:
    url = f"sqlite:///{bench.folder / 'store.db'}"
    with commit_probe(bench.folder) as probe, open_store(url, bench.folder) as store:

        async def ours() -> tuple[float]:
            return (await store.run(transactions, callers) / transactions,)

        async def anchor() -> tuple[float]:
            return (probe(_PROBE) / _PROBE,)

        return (await by_turns(bench, ours, anchor))[0]


async def pg_store_8(bench: Bench) -> dict[str, Pair]:
    """PostgreSQL with eight connections on each side; as many callers as the service has sends under way."""
    with (
        postgres_server(durable=True) as server,
        server.empty_database() as url,
        open_store(url, bench.folder, connections=_CONNECTIONS) as store,
    ):
        async with asyncpg_connections(url, _CONNECTIONS) as connections:
            return {"pg_store_8_vs_raw": await _beside_asyncpg(bench, store, connections)}


async def _beside_asyncpg(bench: Bench, store: Store, connections: list[object]) -> Pair:
    probe = AsyncpgProbe(connections, store.person.id, store.address.id, store.person.key_id)

    async def ours() -> tuple[float]:
        return (await store.run(_POSTGRES, _CONNECTIONS) / _POSTGRES,)

    async def anchor() -> tuple[float]:
        return (await probe.run(_POSTGRES) / _POSTGRES,)

    return (await by_turns(bench, ours, anchor))[0]
