"""How many reports are made at a time follows the memory there is, of the machine and of the service it runs in."""

from types import SimpleNamespace

import psutil
import pytest

from portfolio.report import memory, runner, workers

MB = 1_000_000


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A function that makes a machine with so much memory free, and control groups with a limit and what is used."""

    def make(free, **groups):
        monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free * MB))
        monkeypatch.setattr(memory, "GROUPS", tmp_path)
        monkeypatch.setattr(memory, "OURS", tmp_path / "ours")
        folder = tmp_path
        for name, (limit, used, cached) in groups.items():
            folder = folder / name
            folder.mkdir()
            (folder / "memory.max").write_text(f"{limit * MB}\n" if limit else "max\n")
            (folder / "memory.current").write_text(f"{used * MB}\n")
            (folder / "memory.stat").write_text(f"anon 5\ninactive_file {cached * MB}\n")
        (tmp_path / "ours").write_text(f"0::/{folder.relative_to(tmp_path).as_posix() if groups else ''}\n")

    return make


def test_memory_is_what_the_machine_and_every_group_leave(machine):
    machine(8000, system=(4000, 1500, 500), service=(None, 1, 0))
    assert memory.available() == 3000 * MB
    assert memory.workers_that_fit() == 6


def test_a_machine_without_groups(machine):
    machine(1200)
    assert memory.workers_that_fit() == 2
    memory.OURS.unlink()
    assert memory.workers_that_fit() == 2


def test_one_report_at_a_time_is_made_whatever_there_is(machine):
    machine(100, service=(300, 400, 0))
    assert memory.available() == 0
    assert memory.workers_that_fit() == 1


def test_the_crew_follows_processors_memory_and_reports_and_the_command_what_it_is_told(machine, monkeypatch):
    monkeypatch.setattr(workers, "count", lambda: 8)
    limits = SimpleNamespace(portfolio=SimpleNamespace(limits=SimpleNamespace(memory=None)))
    plan = SimpleNamespace(params=limits, waiting=[None] * 5)
    machine(2000)
    assert runner._crew(plan, None) == 4
    assert runner._crew(plan, 5) == 5
    machine(9000)
    assert runner._crew(plan, None) == 5
