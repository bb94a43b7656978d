"""Every error a user can meet.

An error carries a sentence in English, the source language, with ``{named}`` places and the values
that fill them, so that ``show.words.explain`` can say it again in the reader's language. A good
sentence says what was given, where, what is allowed and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import PurePath

from portfolio.secrets import hidden


def N_(message: str) -> str:
    """Mark a sentence for translation without translating it here."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a phrase and its plural for translation without translating them here."""
    return one, many


# Of a value in a sentence: a header of 5,000 columns is not read to its end.
SHOWN_CHARACTERS = 1000
SHOWN_PROBLEMS = 50


class PortfolioError(Exception):
    """A problem the user can mend.

    Parameters
    ----------
    message
        English sentence marked with ``N_``, with ``{named}`` places.
    values
        What fills the places. Of URLs among them, the secrets are left out; what is long is cut.
    """

    def __init__(self, message: str, **values: object) -> None:
        values = {name: _shown(value) for name, value in values.items()}
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)


def _shown(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, str | PurePath | Exception) and not isinstance(value, PortfolioError):
        text = str(value)
        told = hidden(text)
        told = told if len(told) <= SHOWN_CHARACTERS else told[: SHOWN_CHARACTERS - 1] + "…"
        return value if told == text else told
    return value


class ParamsError(PortfolioError):
    """The params file, or a word of the command, cannot be used. Exit code 2."""


class DataError(PortfolioError):
    """A source cannot be read, or what it holds cannot be used. Exit code 2."""


class EngineError(DataError):
    """The engine cannot go on: a damaged file, no memory, no room on the disk."""


class Problems(ParamsError):
    """Several problems, reported at once.

    Parameters
    ----------
    problems
        The errors, in the order of the file. Of very many the first ones are kept, and the number of the others.
    """

    def __init__(self, problems: Iterable[PortfolioError]) -> None:
        self.problems = tuple(problems)
        if more := len(self.problems[SHOWN_PROBLEMS:]):
            rest = ParamsError(N_("And there are {n} more problems."), n=more)
            self.problems = (*self.problems[:SHOWN_PROBLEMS], rest)
        super().__init__("{problems}", problems=self)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ReportError(PortfolioError):
    """One report failed; the others go on. Exit code 1."""


class BusyError(PortfolioError):
    """Another run holds the reports folder. Exit code 3."""


def nearest(given: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name nearest to the one given, or None when none is near."""
    names = {str(name).casefold(): str(name) for name in allowed}
    found = difflib.get_close_matches(str(given).casefold(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None
