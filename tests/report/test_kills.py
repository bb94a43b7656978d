"""Runs stopped at random instants, a few of those that ``python -m benchmarks.kills`` stops."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from benchmarks import kills


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there are no such signals")
def test_a_run_stopped_at_any_instant_leaves_whole_reports_and_the_next_one_needs_no_hand():
    assert signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
    with tempfile.TemporaryDirectory(prefix="kills-", dir="/tmp") as folder:  # short enough for sockets
        seen = kills.kill(kills.Victim(Path(folder)), turns=8, seed=11)
    stopped = [name for name in kills.SIGNALS if seen[f"{name}: stopped"] or seen[f"{name}: had ended"]]
    assert stopped == list(kills.SIGNALS)
