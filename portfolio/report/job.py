"""A job: one report to make. Plain data, so that the processes that make reports load nothing to read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portfolio.params.notebook import Notebook
from portfolio.params.periods import Period


@dataclass(frozen=True)
class Choice:
    """The words of the command that choose among the reports of a params file.

    ``notebook`` keeps those of one notebook. ``period``, ``segment`` and ``parameters`` stand in place of the file's.
    """

    notebook: str | None = None
    period: str | None = None
    segment: str | None = None
    as_of: dt.date | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook, what it reviews, and where its files go."""

    notebook: Notebook
    period: str
    last: Period
    segment: str
    stem: str
    params_file: str
    language: str
    given: tuple[tuple[str, str], ...] = ()

    @property
    def as_of(self) -> dt.date:
        """The last day of its last period."""
        return self.last.as_of

    @property
    def name(self) -> str:
        """The job as a person would say it."""
        return " ".join(part for part in (self.period, self.notebook.name, self.scope) if part)

    @property
    def scope(self) -> str:
        """What it is of beside its period: the segment, and what the notebook is given of its own."""
        return scope_of(self.segment, self.given)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the notebook is given."""
        own = {name: self.notebook.typed(name, text) for name, text in self.given}
        given = own | {
            "params_file": self.params_file,
            "period": self.period,
            "segment": self.segment,
            "language": self.language,
        }
        return {name: value for name, value in given.items() if name in self.notebook.parameters}


def scope_of(segment: str, given: Iterable[tuple[str, str]]) -> str:
    """Return a segment and parameters as conditions: ``region=Bretagne,customer_id=C00123``."""
    if not given:
        return segment
    from portfolio.base.segments import Segment, parse_segment  # it loads the engine, which pages do without

    return str(Segment((*parse_segment(segment).conditions, *given)))
