"""``manifest.json``: what stands in a reports folder, and how it came there.

    {"schema": 1, "portfolios": {name: {params_file, data, ledger, late}}, "reports": {stem: record}}

A record has: portfolio, notebook, title, parameters, period, segment, made_of, reads, data, code, versions,
started, finished, seconds, status (``published`` or ``failed``), files, warnings; when failed: failure, failed, and of
the last good version, files and published. Paths are relative to the folder.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from portfolio.errors import N_, DataError

NAME = "manifest.json"
SCHEMA = 1


def load(reports_dir: Path) -> dict:
    """Return the manifest of a folder; of a new folder, an empty one.

    Raises
    ------
    DataError
        The file is not a manifest that this version reads.
    """
    path = reports_dir / NAME
    if not path.is_file():
        return {"schema": SCHEMA, "portfolios": {}, "reports": {}}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        usable = found["schema"] == SCHEMA and isinstance(found["reports"], dict)
    except (ValueError, KeyError, TypeError):
        usable = False
    if not usable:
        raise DataError(
            N_("{path} is not a manifest this version can read. Move it away, and every report is made anew."),
            path=path,
        )
    return found


def save(reports_dir: Path, content: dict) -> None:
    """Write the manifest whole, with its reports in order."""
    content["reports"] = dict(sorted(content["reports"].items()))
    waiting = reports_dir / f".{NAME}.tmp"
    waiting.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    os.replace(waiting, reports_dir / NAME)


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
