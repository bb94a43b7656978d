"""What to review: one YAML file, validated whole before anything runs.

params/demo.yml -> Params(portfolio, reports), frozen; or Problems, all of them, each with its line
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from portfolio.errors import N_, ParamsError, Problems, nearest
from portfolio.params.checks import Place, is_file, with_nearest
from portfolio.params.models import (
    CsvOptions,
    Params,
    Portfolio,
    ReportRequest,
    RfmCutoffs,
    SegmentBy,
    SizeLimits,
    Source,
    Thresholds,
)
from portfolio.params.notebook import PROJECT
from portfolio.params.problems import located, model_problems, name_problems, request_problems
from portfolio.params.yaml_lines import Document, read_yaml

__all__ = [
    "CsvOptions",
    "Params",
    "Portfolio",
    "ReportRequest",
    "RfmCutoffs",
    "SegmentBy",
    "SizeLimits",
    "Source",
    "Thresholds",
    "load_params",
]


def load_params(path: str | Path) -> Params:
    """Read and validate a params file.

    Parameters
    ----------
    path
        A relative path is tried from the current folder, then from the project's.

    Raises
    ------
    Problems
        All that is wrong, in the order of the lines.
    """
    file = _find(Path(path))
    try:
        document = read_yaml(file)
    except ParamsError as problem:
        raise Problems([problem]) from None
    if document.value is None and not document.problems:
        raise Problems([ParamsError(N_("{file} is empty: it needs the key portfolio, and reports."), file=file)])
    place = Place(file.resolve().parent, PROJECT / "notebooks")
    found = [*document.problems, *name_problems(document.value), *request_problems(document.value, place)]
    try:
        params = Params.model_validate(document.value, context=place)
    except ValidationError as error:
        found += model_problems(error, Params, document)
    if found:
        placed = [(document.line_of(where), where, problem) for where, problem in found]
        placed.sort(key=lambda item: item[0] or 0)
        raise Problems(located(file, *item) for item in placed) from None
    params._path = file.resolve()
    params._notebooks = place.notebooks
    params._document = Document(None, document.lines)
    return params


def _find(path: Path) -> Path:
    places = [path] if path.is_absolute() else [path, PROJECT / path]
    for place in places:
        if is_file(place):
            return place
    folder = next((place.parent for place in places if place.parent.is_dir()), None)
    names = sorted(file.name for file in folder.iterdir() if file.suffix in (".yml", ".yaml")) if folder else []
    if not names:
        problem = ParamsError(N_("There is no params file {file}."), file=path)
    else:
        problem = ParamsError(
            N_("There is no params file {file}. Those of {folder}: {names}."),
            file=path,
            folder=folder.resolve(),
            names=", ".join(names),
        )
    raise Problems([with_nearest(problem, nearest(path.name, names))])
