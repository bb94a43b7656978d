"""``manifest.json``: what stands in a reports folder, and how it came there.

    {"schema": 1, "portfolios": {name: {params_file, data, ledger, late}}, "reports": {stem: record}}

A record has: portfolio, notebook, title, parameters, period, segment, made_of, reads, data, code, versions,
started, finished, seconds, status (``published`` or ``failed``), files, warnings; when failed: failure, failed, and of
the last good version, files and published. Paths are relative to the folder.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ValidationError

from portfolio.errors import N_, DataError, PortfolioError
from portfolio.params.periods import parse_periods
from portfolio.report.folder import Folder, sound
from portfolio.sources.ledger import Note

NAME = "manifest.json"
SCHEMA = 1

logger = logging.getLogger(__name__)


def _below(name: str) -> str:
    if not sound(name):
        raise ValueError(name)
    return name


def _period(name: str) -> str:
    parse_periods(name)
    return name


def _moment(text: str) -> str:
    dt.datetime.fromisoformat(text)
    return text


Name = Annotated[str, AfterValidator(_below)]
Moment = Annotated[str, AfterValidator(_moment)]


class _Record(BaseModel, strict=True):
    """What the gallery and the next run read of a record; names of files do not leave the folder."""

    portfolio: str
    notebook: str
    opening: str
    compares: bool
    period: Annotated[str, AfterValidator(_period)]
    segment: str
    scope: str = ""
    folder: Name | Literal[""]
    status: Literal["published", "failed"]
    finished: Moment
    published: Moment | None
    files: list[Name]
    failed_files: list[Name] = []
    seconds: dict[str, float] = {}
    made_of: dict[str, str] = {}
    reads: list[str] = []


def usable(stem: object, record: Any) -> bool:
    """Whether a record is one that a run has written, or could have."""
    try:
        _Record.model_validate(record)
    except (ValidationError, PortfolioError, RecursionError):
        return False
    return sound(stem)


def load(reports_dir: Path) -> dict:
    """Return the manifest of a folder, its usable records; of a new folder, an empty one.

    Raises
    ------
    DataError
        The file is not a manifest that this version reads.
    """
    content, _dropped = _load(reports_dir)
    return content


def _load(reports_dir: Path) -> tuple[dict, list[str]]:
    path = reports_dir / NAME
    if not path.is_file():
        return {"schema": SCHEMA, "portfolios": {}, "reports": {}}, []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        known = found["schema"] == SCHEMA and isinstance(found["reports"], dict)
        known = known and isinstance(found.setdefault("portfolios", {}), dict)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        raise DataError(
            N_("{path} is not a manifest this version can read. Move it away, and every report is made anew."),
            path=path,
        )
    dropped = [stem for stem, record in found["reports"].items() if not usable(stem, record)]
    found["reports"] = {stem: record for stem, record in found["reports"].items() if stem not in dropped}
    found["portfolios"] = {name: told for name, told in found["portfolios"].items() if isinstance(told, dict)}
    return found, dropped


def mend(reports_dir: Path) -> None:
    """Drop the records that no run can use, and say which."""
    content, dropped = _load(reports_dir)
    if dropped:
        logger.warning(
            Note(
                N_("{path}: what it says of {reports} cannot be used, and was dropped."),
                {"path": str(reports_dir / NAME), "reports": ", ".join(dropped)[:300]},
            )
        )
        save(reports_dir, content)


def save(reports_dir: Path, content: dict) -> None:
    """Write the manifest whole, with its reports in order."""
    content["reports"] = dict(sorted(content["reports"].items()))
    Folder(reports_dir).write(NAME, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def put(reports_dir: Path, stem: str, record: dict) -> None:
    """Put one report's record into the manifest."""
    content = load(reports_dir)
    content["reports"][stem] = record
    save(reports_dir, content)


def stands(reports_dir: Path, record: dict) -> bool:
    """Whether all files of a published report still stand."""
    return all((reports_dir / name).is_file() for name in record["files"])


def segment_folders(content: dict) -> dict[str, str]:
    """Return folder -> what its reports are of, segment and parameters, of the reports published."""
    records = content["reports"].values()
    return {record["folder"]: record.get("scope", record["segment"]) for record in records if record["folder"]}
