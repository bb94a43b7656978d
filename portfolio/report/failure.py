"""Why a report failed, as data that every language can tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from portfolio.errors import N_, PortfolioError
from portfolio.report.kernel import from_data

UNEXPECTED = "unexpected"
DIED = "died"
TIMEOUT = "timeout"
LATE = "late"
USER = "user"
STOPPED = "stopped"


@dataclass(frozen=True)
class Failure:
    """What happened.

    Attributes
    ----------
    kind
        ``user`` (an error the user can mend), ``unexpected``, ``died``, ``timeout`` (a step), ``late`` (the whole),
        ``stopped``.
    section
        Heading above the place where it happened, in the notebook's words.
    problems
        Of a user's error: its sentences and values.
    detail
        Of an unexpected one: its name and first line, for the log and the manifest.
    """

    kind: str
    section: str = ""
    problems: list[dict] = field(default_factory=list)
    detail: str = ""
    minutes: float = 0

    def happened(self, words) -> str:
        """Return what happened, as a plain sentence."""
        match self.kind:
            case "user":
                return words.explain(from_data(self.problems))
            case "died":
                return words.say("The process that made the report ended suddenly, most often for want of memory.")
            case "timeout":
                return words.say(
                    "One step took more than {minutes} minutes, and the report was given up.", minutes=self.minutes
                )
            case "late":
                return words.say(
                    "The report was given up after {minutes} min, the most that job_minutes allows.",
                    minutes=words.number(self.minutes, 0 if self.minutes >= 1 else 2),
                )
            case "stopped":
                return words.say("The files of the report could not be written: {detail}", detail=self.detail)
        return words.say("Unexpected error in a step of the report.")

    def advice(self, words) -> str:
        """Return what to do."""
        match self.kind:
            case "user":
                return words.say("Fix what is named above, then run the reports again.")
            case "died":
                return words.say(
                    "Run the reports again with fewer at a time (--workers 1), or on a machine with more memory."
                )
            case "timeout":
                return words.say(
                    "Run the reports again when the machine is less busy. If it happens again, tell the analyst."
                )
            case "late":
                return words.say(
                    "Allow more job_minutes in the params file, or make fewer reports at a time (--workers)."
                )
            case "stopped":
                return words.say("Free some room on the disk, or give the right to write there, then run again.")
        return words.say("Tell the analyst of these reports: the notebook kept beside this page shows the step.")

    def told(self, words) -> str:
        """Return what happened for who runs the reports: with the name of an error that nobody foresaw."""
        if self.kind == UNEXPECTED:
            return words.say("Unexpected error in a step of the report: {what}", what=self.detail)
        return self.happened(words)

    def to_error(self) -> PortfolioError:
        """Return the failure as an error, for the manifest and the terminal."""
        if self.kind == USER:
            return from_data(self.problems)
        if self.kind == UNEXPECTED:
            met = N_("Unexpected error in a step of the report: {what}")
            return PortfolioError(met, what=self.detail)
        return PortfolioError("{text}", text=self.happened(_Plain()))


class _Plain:
    """The source language, for what is written rather than shown."""

    @staticmethod
    def say(message: str, **values: object) -> str:
        return message.format(**values)

    @staticmethod
    def number(x: float, digits: int = 0) -> str:
        return f"{x:.{digits}f}"
