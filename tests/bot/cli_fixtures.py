"""Fixtures of the tests of the command line: imported by name where they are used."""

import os
import shutil
from pathlib import Path

import pytest

from bot.settings import PREFIX
from tests.bot.cli_tools import Cli, set_up_pair


def _prepare(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Go to a folder, with no setting of this machine."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            patch.delenv(name)
    patch.chdir(folder)
    # Wide enough that no table breaks a cell.
    patch.setenv("COLUMNS", "200")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """The command line in an empty folder, with no setting of this machine."""
    _prepare(monkeypatch, tmp_path)
    return Cli()


@pytest.fixture(scope="session")
def pair_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service with a pair in it: to be copied, not used."""
    folder = tmp_path_factory.mktemp("pair")
    with pytest.MonkeyPatch.context() as patch:
        _prepare(patch, folder)
        set_up_pair(Cli())
    return folder


@pytest.fixture
def pair(cli: Cli, pair_folder: Path, tmp_path: Path) -> Cli:
    """The command line in the folder of a service with Morgan (1), Alex (2), Sam (3), and the match of the last two."""
    shutil.copytree(pair_folder, tmp_path, dirs_exist_ok=True)
    # Their events are in the database already.
    for _ in range(100):
        next(cli.events)
    return cli
