"""A job: one report to make. Plain data, so that the processes that make reports load nothing to read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portfolio.report.notebook import Notebook


@dataclass(frozen=True)
class Choice:
    """The words of the command that choose among the reports of a params file.

    ``notebook`` keeps those of one notebook. ``period`` and ``segment`` stand in place of the file's.
    """

    notebook: str | None = None
    period: str | None = None
    segment: str | None = None
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook, what it reviews, and where its files go."""

    notebook: Notebook
    period: str
    as_of: dt.date
    segment: str
    stem: str
    params_file: str
    language: str

    @property
    def name(self) -> str:
        """The job as a person would say it."""
        return " ".join(part for part in (self.period, self.notebook.name, self.segment) if part)

    @property
    def parameters(self) -> dict[str, str]:
        """What the notebook is given."""
        given = {
            "params_file": self.params_file,
            "period": self.period,
            "segment": self.segment,
            "language": self.language,
        }
        return {name: value for name, value in given.items() if name in self.notebook.parameters}
