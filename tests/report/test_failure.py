"""Errors leave a kernel as data, and come back as sentences in each language."""

import datetime as dt
import json

import pytest

from portfolio.errors import DataError, ParamsError, Problems
from portfolio.report import failure
from portfolio.report.failure import Failure
from portfolio.report.kernel import from_data, to_data
from portfolio.show.words import Words

INNER = DataError("Not measured: add the table {table} to the params file.", table="surveys")


@pytest.mark.parametrize(
    "error",
    [
        INNER,
        ParamsError("{file}, line {line}: {problem}", file="x.yml", line=3, problem=INNER),
        Problems([INNER, DataError("The orders run to {last}.", last=dt.date(2025, 6, 30))]),
        DataError("Known: {known}.", known=["a", "b"]),
    ],
)
def test_an_error_comes_back_the_same_in_every_language(error):
    back = from_data(json.loads(json.dumps(to_data(error))))
    for language in ("en", "fr"):
        words = Words(language)
        assert words.explain(back) == words.explain(error)


@pytest.mark.parametrize("kind", [failure.UNEXPECTED, failure.DIED, failure.TIMEOUT, failure.LATE, failure.STOPPED])
def test_every_failure_is_told_in_plain_words(kind):
    told = Failure(kind, detail="KeyError: 'x'" if kind == failure.UNEXPECTED else "No space left", minutes=30)
    for language in ("en", "fr"):
        words = Words(language)
        assert told.happened(words)
        assert told.advice(words)
        assert "KeyError" not in told.happened(words) + told.advice(words)
    assert str(told.to_error())
