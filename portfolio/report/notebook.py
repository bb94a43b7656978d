"""A notebook file as the command sees it: its place, its title, the parameters it takes.

Read as plain JSON: planning must not wait for the libraries that run notebooks.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path

import portfolio
from portfolio.errors import N_, ParamsError

PROJECT = Path(portfolio.__file__).resolve().parent.parent
# A notebook that reads earlier figures compares periods: it takes a range, the others one period.
EARLIER = "reports_dir"


@dataclass(frozen=True)
class Notebook:
    """A notebook: its name, file, opening words (its first markdown cell) and parameters."""

    name: str
    path: Path
    opening: str
    parameters: frozenset[str]

    @property
    def compares(self) -> bool:
        """Whether one run covers a range of periods rather than one."""
        return EARLIER in self.parameters

    def title(self, words) -> str:
        """Return the first heading in the reader's language."""
        lines = words.translate_markdown(self.opening).splitlines()
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), words.label(self.name))


def read_notebook(path: Path) -> Notebook:
    """Read a notebook's title and the names its ``parameters`` cell assigns.

    Raises
    ------
    ParamsError
        The file is not a notebook, or has no cell tagged ``parameters``.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ())]
        opening = next((_source(cell) for cell in cells if cell["cell_type"] == "markdown"), "")
        names = _assigned(_source(tagged[0])) if tagged else frozenset()
    except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise ParamsError(N_("The notebook {path} cannot be read: {why}"), path=path, why=error) from error
    if not tagged:
        raise ParamsError(
            N_('The notebook {path} has no cell tagged "parameters", so it cannot be told what to review.'), path=path
        )
    return Notebook(path.stem, path, opening, names)


def _source(cell: dict) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _assigned(source: str) -> frozenset[str]:
    names = set()
    for statement in ast.parse(source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(names)
