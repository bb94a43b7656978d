"""Names of files that DuckDB does not take for a glob."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


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
