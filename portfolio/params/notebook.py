"""A notebook file as params and the command see it: its place, its title, the parameters it takes.

Read as plain JSON: planning must not wait for the libraries that run notebooks.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio.errors import N_, ParamsError, PortfolioError, nearest

PROJECT = Path(__file__).resolve().parents[2]
# Set by the runner, where a notebook takes it: the folder of the figures published before the run.
EARLIER = "reports_dir"
# Set by the runner, or by keys of their own: never as parameters beside.
SET = ("params_file", "period", "segment", "language", EARLIER)
PARAMETERS, COMPARISON = "parameters", "comparison"
NOT_PLAIN = object()


@dataclass(frozen=True)
class Notebook:
    """A notebook.

    Attributes
    ----------
    name, path
        Its file, less the ending, and where it is.
    opening
        Its first markdown cell.
    parameters
        The names that its cell tagged ``parameters`` assigns, with their values; one whose value is None must be given.
    compares
        Whether one run covers a range of periods rather than one: that cell is tagged ``comparison`` too.
    """

    name: str
    path: Path
    opening: str = ""
    parameters: Mapping[str, Any] = ()
    compares: bool = False

    def title(self, words) -> str:
        """Return the first heading in the reader's language."""
        lines = words.translate_markdown(self.opening).splitlines()
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), words.label(self.name))

    @property
    def own(self) -> list[str]:
        """The parameters beside those that every notebook takes: ``customer_id``, ``account_manager`` ..."""
        return [name for name in self.parameters if name not in SET]

    def problems(self, given: Iterable[str]) -> list[tuple[str, PortfolioError]]:
        """Return what is wrong with parameters given by name, unknown or missing: papermill would only warn."""
        given, own = list(given), self.own
        found = []
        for name in given:
            if name not in own:
                problem = ParamsError(
                    N_('The notebook {notebook} does not take "{given}". It takes: {known}.'),
                    notebook=self.name,
                    given=name,
                    known=", ".join(["period", *(["segment"] if "segment" in self.parameters else []), *own]),
                )
                near = nearest(name, ["period", "segment", *own])
                if near:
                    problem = ParamsError(N_("{problem} Did you mean {nearest}?"), problem=problem, nearest=near)
                found.append((name, problem))
        missing = [name for name in own if self.parameters[name] is None and name not in given]
        found += [
            (name, ParamsError(N_('The notebook {notebook} must be given "{name}".'), notebook=self.name, name=name))
            for name in missing
        ]
        return found

    def typed(self, name: str, text: str) -> Any:
        """Return a value given as text as the notebook's own is: a number where that is one.

        Raises
        ------
        ParamsError
            It is no such number.
        """
        kind = type(self.parameters[name])
        if kind not in (int, float, bool):
            return text
        try:
            return {"true": True, "false": False}[text.lower()] if kind is bool else kind(text)
        except (ValueError, KeyError):
            message = N_('{name} is "{given}": the notebook {notebook} takes {kind} here.')
            raise ParamsError(message, name=name, given=text, notebook=self.name, kind=kind.__name__) from None


def read_notebook(path: Path) -> Notebook:
    """Read a notebook's title and what its ``parameters`` cell assigns.

    Raises
    ------
    ParamsError
        The file is not a notebook, has no cell tagged ``parameters``, or takes no params file and period.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if PARAMETERS in _tags(cell)]
        opening = next((_source(cell) for cell in cells if cell["cell_type"] == "markdown"), "")
        assigned = _assigned(_source(tagged[0])) if tagged else {}
    except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise ParamsError(N_("The notebook {path} cannot be read: {why}"), path=path, why=error) from error
    if not tagged:
        raise ParamsError(
            N_('The notebook {path} has no cell tagged "parameters", so it cannot be told what to review.'), path=path
        )
    if missing := [name for name in ("params_file", "period") if name not in assigned]:
        raise ParamsError(
            N_('The "parameters" cell of {path} does not set {missing}: without it, it cannot be told what to review.'),
            path=path,
            missing=", ".join(missing),
        )
    return Notebook(path.stem, path, opening, assigned, COMPARISON in _tags(tagged[0]))


def _tags(cell: dict) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def _source(cell: dict) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _assigned(source: str) -> dict[str, Any]:
    found = {}
    for statement in ast.parse(source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _value(getattr(statement, "value", None))
    return found


def _value(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return NOT_PLAIN
