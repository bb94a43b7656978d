"""The environment of the processes that run notebooks: the same from a desk, from cron and from CI.

Nothing of a person's Jupyter, IPython or Matplotlib settings may change a report, and cron gives neither a
home, nor a path, nor a language.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from portfolio.base import scratch

# A Unix socket's path has room for 107 bytes; jupyter_client adds "-ipc-5" to the one below.
LONGEST_FOLDER = 60

# Of a person, not of a run.
_DROPPED = ("PYTHONSTARTUP", "PYTHONWARNINGS", "MPLBACKEND", "MATPLOTLIBRC", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH")


def run_folder() -> AbstractContextManager[Path]:
    """Make a folder of a run's own, with a path short enough for sockets, and remove it at the end."""
    return scratch.folder(LONGEST_FOLDER)


def kernel_environment(
    folder: Path, prepared: str, given: Mapping[str, str] | None = None, shared: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment of workers and their kernels.

    Parameters
    ----------
    folder
        The run's own folder.
    prepared
        Folder of the clean tables.
    given
        The environment to start from; by default this process's. Passwords of databases come through it.
    shared
        What each may take of the machine, see ``engine.shares``.
    """
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    env = {name: value for name, value in (os.environ if given is None else given).items() if name not in _DROPPED}
    env |= {
        "PORTFOLIO_PREPARED": prepared,
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(folder / "jupyter"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }
    env |= shared or {}
    env.setdefault("TERM", "dumb")
    if not _writable_home(env):
        # Matplotlib keeps its list of fonts there.
        env |= {"HOME": str(folder), "MPLCONFIGDIR": str(folder / "matplotlib")}
    return env


def _writable_home(env: Mapping[str, str]) -> bool:
    home = env.get("HOME") or env.get("USERPROFILE")
    return bool(home) and os.access(home, os.W_OK)
