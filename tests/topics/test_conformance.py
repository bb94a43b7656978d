"""Every engine gives the same: each section of each topic, by its declaration, is run on each and held against DuckDB.

The rows stand in another order there. Counts are equal, money to the cent, ratios within 1e-9. No topic is named.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from portfolio.base.book import Book
from portfolio.base.engine import Elsewhere, Engine

# Sums of floats differ by the order of their terms: so many terms of double precision stay within 1e-9.
RATIO = 1e-9


def _on(name: str, scratch: str | None, of: str) -> Any:
    return pytest.param((name, scratch), id=of, marks=[pytest.mark.engines, pytest.mark.xdist_group(name)])


@pytest.fixture(
    scope="session",
    params=[
        pytest.param((None, None), id="duckdb"),
        _on("postgres", None, "postgres"),
        _on("postgres", "scratch", "postgres-scratch"),
        _on("spark", "scratch", "spark"),
    ],
)
def server(request) -> tuple[str | None, str | None]:
    """Return the URL of a server, and the schema where a run may create tables; no URL is DuckDB."""
    name, scratch = request.param
    return name and request.getfixturevalue(name), scratch


class There:
    """The books of the walk on an engine, their rows in another order."""

    def __init__(self, walk: Any, url: str | None, scratch: str | None) -> None:
        self._walk, self._url, self._scratch, self._made = walk, url, scratch, {}

    def books(self, kind: str, folder: Path) -> list[Book]:
        """Return the books of a kind, oldest first."""
        last = self._walk.books[kind][-1]
        if last.clean not in self._made:
            engine = Elsewhere(self._url, self._scratch) if self._url else Engine()
            tables = {}
            for name, rows in last.clean.tables.items():
                place, file = f"t{len(self._made)}_{name}", folder / f"{name}.parquet"
                last.clean.engine.write(rows, file)
                turned = pq.read_table(file)
                pq.write_table(turned.take(np.random.default_rng(1).permutation(len(turned))), file)
                if self._url:
                    engine.load(place, file)
                tables[name] = engine.table(place) if self._url else engine.read(file)
            clean = dataclasses.replace(last.clean, engine=engine, tables=tables)
            self._made[last.clean] = Book(last.params, clean, last.period, last.topics)
        whole = self._made[last.clean]
        return [whole.at(book.period).narrow(last.segment) for book in self._walk.books[kind]]


@pytest.fixture(scope="session")
def there(walk, server) -> There:
    return There(walk, *server)


# A segment of several periods asks all that the whole portfolio does, and joins its customers to lines besides.
KIND = "segment"


def test_a_section_is_the_same_on_every_engine(walk, there, section, tmp_path_factory):
    found = walk.frames_of(there.books(KIND, tmp_path_factory.mktemp("rows")), section)
    assert not list(differences(found, walk.frames(KIND, section), section))


def differences(found: Any, expected: Any, place: str):
    """Say where two results are not the same."""
    if isinstance(expected, dict):
        if list(found) != list(expected):
            yield f"{place}: {list(found)} for {list(expected)}"
        for key in expected:
            yield from differences(found[key], expected[key], f"{place}.{key}")
    elif isinstance(expected, tuple | list):
        if len(found) != len(expected):
            yield f"{place}: {len(found)} for {len(expected)}"
        for n, (one, other) in enumerate(zip(found, expected, strict=False)):
            yield from differences(one, other, f"{place}.{n}")
    elif isinstance(expected, pd.DataFrame):
        yield from differences(list(found.columns), list(expected.columns), f"{place} columns")
        yield from differences(found.index.tolist(), expected.index.tolist(), f"{place} rows")
        for column in expected.columns:
            yield from differences(found[column].tolist(), expected[column].tolist(), f"{place}.{column}")
    elif isinstance(expected, partial):
        yield from differences((found.func, found.args), (expected.func, expected.args), place)
    elif not same(found, expected):
        yield f"{place}: {found!r} for {expected!r}"


def same(found: Any, expected: Any) -> bool:
    if pd.isna(expected) or pd.isna(found):
        return bool(pd.isna(expected) and pd.isna(found))
    # A count, and money as the decimal it is, has no tolerance.
    ratios = isinstance(expected, float) and isinstance(found, float)
    return bool(np.isclose(found, expected, rtol=RATIO, atol=RATIO)) if ratios else bool(found == expected)


@pytest.mark.parametrize(
    ("found", "expected", "alike"),
    [(1, 1, True), (1, 2, False), (0.1 + 0.2, 0.3, True), (1.00000001, 1.0, False),
     (Decimal("1.01"), Decimal("1.02"), False),
     (None, float("nan"), True), (None, 0.0, False), ("a", "b", False), (True, False, False),
     (1.5, Decimal("1.5"), True), (pd.NaT, pd.Timestamp("2025-01-01"), False)],
)  # fmt: skip
def test_what_is_the_same(found, expected, alike):
    assert same(found, expected) is alike
