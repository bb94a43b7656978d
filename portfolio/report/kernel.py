"""An IPython extension that the runner loads into kernels.

An error that a user can mend leaves the notebook as data, so that the page about it can say it in each language; and
each cell leaves which tables have been read so far, so that a report is made again only when one of them changes. What
a cell prints is kept as far as somebody could read it.
"""

from __future__ import annotations

import datetime as dt
import sys

from portfolio.errors import PortfolioError, Problems
from portfolio.show.mime import ERROR, READS

# Characters that a cell may print; the rest would fill the disk, and nobody reads it.
MOST_PRINTED = 200_000
CUT = "\n[More was printed than a report keeps.]\n"


def to_data(error: PortfolioError) -> list[dict]:
    """Return an error's sentences and values, or those of each of its problems."""
    if isinstance(error, Problems):
        return [data for problem in error.problems for data in to_data(problem)]
    return [{"message": error.message, "values": {name: _plain(value) for name, value in error.values.items()}}]


def from_data(data: list[dict]) -> PortfolioError:
    """Return the error again."""
    problems = [
        PortfolioError(one["message"], **{name: _full(value) for name, value in one["values"].items()}) for one in data
    ]
    return problems[0] if len(problems) == 1 else Problems(problems)


def _plain(value: object) -> object:
    if isinstance(value, PortfolioError):
        return {"error": to_data(value)}
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return {"date": value.isoformat()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, float, str)) else str(value)


def _full(value: object) -> object:
    if isinstance(value, dict):
        return from_data(value["error"]) if "error" in value else dt.date.fromisoformat(value["date"])
    return [_full(item) for item in value] if isinstance(value, list) else value


def load_ipython_extension(shell) -> None:
    """Show errors of ours, and what was read, as data too."""
    from IPython.display import display

    told: set[str] = set()

    def tell(_result):
        cleaning = sys.modules.get("portfolio.base.cleaning")
        if cleaning and told != cleaning.READ:
            told.update(cleaning.READ)
            display({READS: sorted(told)}, raw=True)

    def show(shell, kind, error, traceback, tb_offset=None):
        display({ERROR: to_data(error)}, raw=True)
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)

    for stream in (sys.stdout, sys.stderr):
        _bound(stream, shell)
    shell.set_custom_exc((PortfolioError,), show)
    shell.events.register("post_run_cell", tell)


def _bound(stream, shell) -> None:
    """Keep the first characters that each cell writes into a stream."""
    write, left = stream.write, MOST_PRINTED

    def bounded(text: str) -> int:
        nonlocal left
        if left >= 0:
            left -= len(text)
            write(text if left >= 0 else text[:left] + CUT)
        return len(text)

    def begin(_info) -> None:
        nonlocal left
        left = MOST_PRINTED

    stream.write = bounded
    shell.events.register("pre_run_cell", begin)
