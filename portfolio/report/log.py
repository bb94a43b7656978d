"""The log of runs: one line a report, added to a file as each is done.

    {"time": "2026-01-02T06:00:12+00:00", "report": "2025-H2/portfolio_review", "status": "published",
     "seconds": 12.3, "why": "", "warnings": []}

``time`` is UTC; ``report`` the report's place in the reports folder, null where no run could begin; ``status`` one of
``published``, ``failed``, ``up to date``, ``waits`` (made, a file of it being in use) and ``not run``; ``seconds`` what
the report took, 0 where it was not made; ``why`` a sentence where it failed or waits, else empty; ``warnings`` what is
to be said of its pages. As text the same stands in that order, and what is empty is left out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

from portfolio.errors import N_, DataError

JSON, TEXT = "json", "text"
NOT_RUN = "not run"


class Log:
    """A file that lines are added to.

    Parameters
    ----------
    path
        Made where it is not there; its folder must be.
    form
        ``json`` or ``text``.

    Raises
    ------
    DataError
        The file cannot be written.
    """

    def __init__(self, path: Path, form: str = TEXT) -> None:
        self._form = form
        self._path = path
        self._write("")

    def add(
        self, report: str | None, status: str, seconds: float = 0.0, why: str = "", warnings: Iterable[str] = ()
    ) -> None:
        """Add a line, whole. Errors are those of the class."""
        told = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "report": report,
            "status": status,
            "seconds": round(seconds, 2),
            "why": why,
            "warnings": list(warnings),
        }
        if self._form == JSON:
            return self._write(json.dumps(told, ensure_ascii=False) + "\n")
        took = f"{told['seconds']} s" if seconds else ""
        parts = [told["time"], status, report, took, "; ".join(filter(None, [why, *told["warnings"]]))]
        return self._write(" ".join(" ".join(filter(None, parts)).split()) + "\n")

    def _write(self, line: str) -> None:
        try:
            with self._path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(line)
        except OSError as error:
            raise DataError(
                N_("The log {file} cannot be written: {why}."), file=self._path, why=error.strerror
            ) from error
