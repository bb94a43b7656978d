"""How much memory there is for a run: what the machine has free, and what limits of a service or container leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil

# Linux, control groups of version 2.
GROUPS, OURS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
# What a worker, its kernel and the engine in it take for a book of some hundred thousand lines: 260 MB were measured
# for the demo company, and a book of millions takes what the engine is given.
WORKER_BYTES = 500_000_000


def available() -> int:
    """Return the bytes that can be taken without pushing anything out."""
    return min([psutil.virtual_memory().available, *_left_in_groups()])


def workers_that_fit() -> int:
    """Return how many reports can be made at a time, one at least."""
    return max(1, available() // WORKER_BYTES)


def _left_in_groups() -> Iterator[int]:
    """Give what each control group that this process is in leaves it."""
    try:
        paths = [line.partition("::/")[2] for line in OURS.read_text().splitlines() if line.startswith("0::/")]
    except OSError:
        return
    for path in paths:
        group = GROUPS / path
        for folder in [group, *group.parents]:
            if not folder.is_relative_to(GROUPS):
                break
            try:
                limit = int((folder / "memory.max").read_text())
                told = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
                used = int((folder / "memory.current").read_text()) - int(told.get("inactive_file", 0))
            except (OSError, ValueError):  # no limit: it says max
                continue
            yield max(0, limit - used)
