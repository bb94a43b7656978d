"""Clean tables in a folder, for one process to prepare and many to read.

orders.parquet ...  every row of a table, with the reason of those set aside
ledger.json         the fingerprint of the sources, and the ledger; written last, so that it tells a whole folder
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from portfolio.base.cleaning import CleanTables, kept_rows
from portfolio.base.engine import Engine
from portfolio.sources.ledger import Ledger
from portfolio.sources.raw import reading

LEDGER = "ledger.json"


def save(clean: CleanTables, folder: Path) -> Path:
    """Write clean tables to a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LEDGER).unlink(missing_ok=True)
    for name, file in clean.files.items():
        shutil.copyfile(file, folder / f"{name}.parquet")
    content = {"fingerprint": clean.fingerprint, "reading": clean.reading, **clean.ledger.to_dict()}
    unfinished = folder / f"{LEDGER}.part"
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(unfinished, folder / LEDGER)
    return folder


def load(folder: Path) -> CleanTables:
    """Return the clean tables of a folder, as views in a fresh connection: nothing is read yet."""
    content = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    ledger = Ledger.from_dict(content)
    files = {entry.table: folder / f"{entry.table}.parquet" for entry in ledger.tables}
    engine = Engine()
    tables = {name: kept_rows(engine, name, file) for name, file in files.items()}
    return CleanTables(engine, tables, ledger, files, content["fingerprint"], content["reading"])


def holds(folder: Path, params) -> bool:
    """Say whether a folder holds the clean tables of these params. A run hashes the sources once, when it reads them:
    what it has prepared is what its reports are made of."""
    try:
        content = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return content.get("reading") == reading(params)
