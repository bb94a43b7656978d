"""Which clean tables a run has prepared, for its many processes to read: ``ledger.json`` in a folder of the run."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from portfolio.base.cache import Cache
from portfolio.base.cleaning import CleanTables, Tables, kept_rows, settings
from portfolio.base.compiled import shelf
from portfolio.base.digests import Digest
from portfolio.base.engine import Engine
from portfolio.errors import N_, DataError
from portfolio.sources.ledger import Ledger
from portfolio.sources.raw import reading

LEDGER = "ledger.json"


def save(clean: CleanTables, folder: Path) -> Path:
    """Write down where clean tables stand, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "reading": clean.reading,
        "settings": clean.settings,
        "cache": str(clean.cache.folder) if clean.cache else "",
        "files": {name: str(path) for name, path in clean.files.items()},
        "digests": {name: asdict(digest) for name, digest in clean.digests.items()},
        **clean.ledger.to_dict(),
    }
    unfinished = folder / f"{LEDGER}.part"
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(unfinished, folder / LEDGER)
    return folder


def load(folder: Path) -> CleanTables:
    """Return the clean tables of a folder, as views in a fresh connection: nothing is read yet."""
    content = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    ledger = Ledger.from_dict(content)
    files = {name: Path(path) for name, path in content["files"].items()}
    digests = {name: Digest(**digest) for name, digest in content["digests"].items()}
    cache = Cache(Path(content["cache"])) if content["cache"] else None
    engine = Engine(cache=shelf())
    tables = Tables({name: kept_rows(engine, name, file) for name, file in files.items()})
    return CleanTables(engine, tables, ledger, files, digests, cache, content["reading"], content["settings"])


def files(folder: Path) -> list[Path]:
    """Return the files of the clean tables of a folder."""
    content = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    return [Path(path) for path in content["files"].values()]


def holds(folder: Path, params) -> bool:
    """Say whether a folder holds the clean tables of these params. A run hashes the sources once, when it reads them:
    what it has prepared is what its reports are made of.

    Raises
    ------
    DataError
        It holds those of the same params file as it was before.
    """
    try:
        content = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    was, now = content["settings"], settings(params)
    if was["file"] == now["file"] and was != now:
        raise DataError(N_("{file} changed while the reports were made: run them again."), file=params.path)
    return content["reading"] == reading(params)
