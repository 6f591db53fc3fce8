"""Benchmarks: `python -m tests.bench` weighs the service against a bare echo bot and bare storage, in one run."""
