"""Keeping the last periods of each report: the older ones go, their figures stay.

A report is a notebook over a segment, and its versions are its periods: those of one length, since a year is no version
of a semester. ``*.metrics.json`` is the history that comparisons read, and is never deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from portfolio.base.cache import Cache
from portfolio.errors import N_, DataError
from portfolio.params import Params
from portfolio.report import gallery, manifest, publish
from portfolio.report.folder import Folder
from portfolio.review.opening import topics_of

HISTORY = ".metrics.json"


class Old(NamedTuple):
    """What is past keeping: reports, by their places in the folder, and files."""

    reports: list[str]
    files: list[str]


def old_reports(content: Mapping[str, Any], portfolio: str, keep: int) -> Old:
    """Return the reports of a portfolio but for the last ``keep`` periods of each, and the files of theirs alone.

    A period whose report was never made is none of those kept: a failure must not cost the last good version.
    """
    series: dict[tuple, list[tuple[tuple, str, bool]]] = {}
    for stem, record in content["reports"].items():
        if record["portfolio"] == portfolio:
            length = re.sub(r"\d+", "0", record["period"])
            key = (record["notebook"], gallery.scope_of(record), length)
            series.setdefault(key, []).append((gallery.period_order(record["period"]), stem, bool(record["published"])))
    old = {stem for found in series.values() for stem in _before_the_last(sorted(found, reverse=True), keep)}
    files, shared = set(), set()
    for stem, record in content["reports"].items():
        (files if stem in old else shared).update([*record["files"], *record.get("failed_files", ())])
    return Old(sorted(old), sorted(name for name in files - shared if not name.endswith(HISTORY)))


def _before_the_last(latest_first: list[tuple[tuple, str, bool]], keep: int) -> Iterator[str]:
    good = 0
    for _order, stem, made in latest_first:
        if good >= keep:
            yield stem
        good += made


def prune(params: Params, reports_dir: Path, keep: int, *, dry: bool = False) -> tuple[Old, int]:
    """Delete what is past keeping of a portfolio, write the gallery anew, and empty the cache of what it uses no more.

    Returns
    -------
    (Old, int)
        What went, and the bytes of the cache that did; with ``dry`` nothing goes, and it is what would.

    Raises
    ------
    DataError
        The folder holds no reports, or a file cannot be deleted.
    BusyError
        A run holds the folder.
    """
    if not (reports_dir / manifest.NAME).is_file():
        raise DataError(N_("{folder} holds no reports."), folder=reports_dir)
    name, topics = params.portfolio.name, topics_of(params)
    if dry:
        return old_reports(manifest.load(reports_dir), name, keep), 0
    with publish.hold(reports_dir) as held:
        old = old_reports(manifest.load(reports_dir), name, keep)
        _delete(held.folder, old)
        gallery.write(reports_dir, params.portfolio.languages, topics, held.blocked)
        return old, Cache(params.portfolio.cache.place(params.path.parent, reports_dir)).drop_unused()


def _delete(folder: Folder, old: Old) -> None:
    for name in old.files:
        try:
            folder.remove(name)
        except OSError as error:
            raise DataError(
                N_("{file} cannot be deleted: {why}."), file=folder.path / name, why=error.strerror
            ) from error
        folder.drop_empty(name)
    content = manifest.load(folder.path)
    for stem in old.reports:
        content["reports"].pop(stem, None)
    manifest.save(folder.path, content)
