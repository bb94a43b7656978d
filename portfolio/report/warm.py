"""Starting and ending the process that warm kernels are forked from. A run has one for all its workers.

Where processes cannot be forked with a descriptor of their own (macOS, Windows) kernels start by themselves, with the
same results.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from portfolio.params.notebook import PROJECT

# Where a process finds the server of its run.
ADDRESS = "PORTFOLIO_KERNELS"
FORKS = hasattr(os, "pidfd_open") and hasattr(socket, "send_fds")


@contextmanager
def server(folder: Path, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start a server of warm kernels, and end it.

    Parameters
    ----------
    folder
        Where its socket stands; the path must be short.
    env
        Its environment.

    Yields
    ------
    dict
        What to add to the environment of processes that start kernels; nothing where there is no server. It answers as
        soon as it has imported the package: kernels asked for earlier wait.
    """
    if not FORKS:
        yield {}
        return
    path = folder / "kernels"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "portfolio.report.warm_server", str(path)],
        env={**env, "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), env.get("PYTHONPATH")]))},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield {ADDRESS: str(path)}
    finally:
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        process.kill()
        process.wait()
        path.unlink(missing_ok=True)
