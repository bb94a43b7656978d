"""Names of files: which ones a source stands for, and names that DuckDB does not take for a glob."""

from __future__ import annotations

import glob
import os
import shutil
from pathlib import Path


def matching_files(source: str, folder: Path) -> list[Path]:
    """Return the file, or the files that a glob names, in the order of their names."""
    if (folder / source).is_file():
        return [folder / source]
    found = (folder / name for name in glob.glob(source, root_dir=folder, recursive=True))
    return sorted(path for path in found if path.is_file())


def plainly_named(path: Path, workspace: Path) -> Path:
    """Return the file under a name that no engine takes for a glob: ``sales [2025].csv`` gets another one."""
    if not any(sign in str(path) for sign in "*?[]{}"):
        return path
    plain = workspace / f"plain{path.suffix}"
    try:
        os.symlink(path.resolve(), plain)
    except OSError:  # Windows asks for a privilege
        shutil.copyfile(path, plain)
    return plain
