"""Folders that a process works with: gone when it is, however it ended, and nobody else's ever."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portfolio.base import scratch
from portfolio.base.engine import Engine
from portfolio.errors import DataError

HOLD = """
import sys, time
from portfolio.base import scratch
with scratch.folder() as folder:
    (folder / "customers.csv").write_text("Ann")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The temporary folder of a test, and of what it starts."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(place):
    """A process that works in a folder."""
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as process:
        process.folder = Path(process.stdout.readline().strip())
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGQUIT])
def test_what_a_killed_process_leaves_goes_at_the_next_start(holder, place, number):
    assert (holder.folder / "customers.csv").exists()
    scratch.sweep(place)
    assert (holder.folder / "customers.csv").exists(), "it is in use"
    holder.send_signal(number)
    holder.wait()
    assert (holder.folder / "customers.csv").exists()
    scratch._sweep_once.cache_clear()
    mine = scratch.make()
    assert not holder.folder.exists()
    assert sorted(place.iterdir()) == [mine, mine.with_name(mine.name + scratch.LOCK)]
    scratch.remove(mine)
    scratch.remove(mine)
    assert not [*place.iterdir()]


def test_a_folder_is_for_its_user_alone(place):
    with scratch.folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700


def test_folders_of_others_stay(place, monkeypatch):
    """A name alike without a lock, a link, another user's."""
    (place / "portfolio-2025").mkdir()
    outside = place / "outside"
    outside.mkdir()
    (place / "portfolio-a").symlink_to(outside)
    (place / "portfolio-a.lock").touch()
    (place / "portfolio-b").mkdir()
    (place / "portfolio-b.lock").symlink_to(outside / "victim")
    scratch.sweep(place)
    assert sorted(path.name for path in place.iterdir() if path.is_dir() and not path.is_symlink()) == [
        "outside",
        "portfolio-2025",
        "portfolio-b",
    ]
    assert not [*outside.iterdir()]

    (place / "portfolio-b.lock").unlink()
    (place / "portfolio-b.lock").touch()
    monkeypatch.setattr(os, "getuid", lambda: -1)
    scratch.sweep(place)
    assert (place / "portfolio-b").exists()
    monkeypatch.undo()
    scratch.sweep(place)
    assert not (place / "portfolio-b").exists()


def test_the_engine_spills_into_a_folder_of_its_process(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    spill = Path(Engine()._connection.settings["temp_directory"])
    assert spill.parent == scratch.own()
    assert spill.parent.is_dir()


def test_a_temporary_folder_that_cannot_be_written_is_said(place, monkeypatch):
    (place / "gone").touch()
    monkeypatch.setattr("tempfile.tempdir", str(place / "gone"))
    with pytest.raises(DataError, match=r"gone cannot be written: .*.*TMPDIR"):
        scratch.make()
