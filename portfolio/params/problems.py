"""What is wrong in a params file, as sentences: one a problem, in the order of the lines.

pydantic's errors, unknown tables and columns -> Problems, each with the file, the line and the key
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError

from portfolio.errors import N_, ParamsError, PortfolioError, nearest
from portfolio.params.checks import Invalid, Place, is_file, shown, with_nearest
from portfolio.params.columns import TABLES
from portfolio.params.notebook import read_notebook
from portfolio.params.yaml_lines import Document, KeyPath

Found = tuple[KeyPath, PortfolioError]

_NUMBER = N_('A number is needed, not "{given}".')
_KEYS = N_('Keys and values are needed (key: value), not "{given}".')
_SENTENCES = {
    "string_type": N_('A text is needed, not "{given}".'),
    "string_too_short": N_("A text is needed, and this one is empty."),
    "int_type": N_('A whole number is needed, not "{given}".'),
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": N_('true or false is needed, not "{given}".'),
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "too_short": N_("A list is needed, and this one is empty."),
    "tuple_type": N_('A list is needed, as [one, two], not "{given}".'),
    "greater_than": N_("{given} is too small: it must be more than {gt}."),
    "greater_than_equal": N_("{given} is too small: it must be at least {ge}."),
    "less_than": N_("{given} is too large: it must be less than {lt}."),
    "less_than_equal": N_("{given} is too large: it must be at most {le}."),
}


def located(file: object, line: int | None, path: KeyPath, problem: PortfolioError) -> ParamsError:
    """Return a problem with the place in the params file that it is about."""
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    if not key:
        return ParamsError(N_("{file}, line {line}: {problem}"), file=file, line=line or 1, problem=problem)
    return ParamsError(N_("{file}, line {line}, {key}: {problem}"), file=file, line=line or 1, key=key, problem=problem)


def name_problems(value: object) -> Iterator[Found]:
    """Yield the tables and columns that are not known, and ``orders`` where it is missing."""
    portfolio = value.get("portfolio") if isinstance(value, dict) else None
    tables = portfolio.get("tables") if isinstance(portfolio, dict) else None
    if not isinstance(tables, dict):
        return
    here: KeyPath = ("portfolio", "tables")
    if "orders" not in tables:
        yield here, ParamsError(N_("The table orders is missing: it is the one that every report needs."))
    for name, table in tables.items():
        if name not in TABLES:
            problem = ParamsError(
                N_('"{given}" is not a table. Allowed: {allowed}.'), given=name, allowed=", ".join(TABLES)
            )
            yield (*here, name), with_nearest(problem, nearest(name, TABLES))
        elif isinstance(table, dict) and isinstance(table.get("columns"), dict):
            yield from _column_problems(name, (*here, name, "columns"), list(table["columns"]))


def request_problems(value: object, place: Place) -> Iterator[Found]:
    """Yield what the notebooks of the requests cannot be given, and the notebooks that cannot be read."""
    requests = value.get("reports") if isinstance(value, dict) else None
    for n, request in enumerate(requests if isinstance(requests, list) else []):
        name = request.get("notebook") if isinstance(request, dict) else None
        if not isinstance(name, str) or not is_file(place.notebook(name)):
            continue  # said by the model
        here: KeyPath = ("reports", n)
        try:
            notebook = read_notebook(place.notebook(name))
        except ParamsError as problem:
            yield (*here, "notebook"), problem
            continue
        given = {key: text for key, text in request.items() if key not in ("notebook", "period", "segment")}
        yield from (((*here, key), problem) for key, problem in notebook.problems(given))
        if request.get("segment") and "segment" not in notebook.parameters:
            yield (
                (*here, "segment"),
                ParamsError(N_("The notebook {notebook} takes no segment."), notebook=notebook.name),
            )
        for key in set(given) & set(notebook.own):
            try:
                notebook.typed(key, str(given[key]))
            except ParamsError as problem:
                yield (*here, key), problem


def _column_problems(table: str, here: KeyPath, names: list[str]) -> Iterator[Found]:
    known = TABLES[table]
    for n, name in enumerate(names):
        # The engine takes Region and region for one column.
        if same := [other for other in names[:n] if other.casefold() == name.casefold()]:
            yield (
                (*here, name),
                ParamsError(N_('"{given}" and "{other}" are the same column.'), given=name, other=same[0]),
            )
        elif name not in known and not known.keeps_other_columns:
            problem = ParamsError(
                N_('"{given}" is not a column of {table}. Allowed: {allowed}.'),
                given=name,
                table=table,
                allowed=", ".join(known.names),
            )
            yield (*here, name), with_nearest(problem, nearest(name, known.names))


def model_problems(error: ValidationError, model: type[BaseModel], document: Document) -> Iterator[Found]:
    """Yield pydantic's errors, each as a sentence of ours."""
    for item in error.errors():
        path, kind, context = item["loc"], item["type"], item.get("ctx", {})
        cause = context.get("error")
        if isinstance(cause, Invalid):
            yield from (((*path, *rest), problem) for rest, problem in cause.problems)
        elif kind == "missing":
            yield path[:-1], ParamsError(N_('The key "{given}" is missing here, or has no value.'), given=path[-1])
        elif kind == "extra_forbidden":
            allowed = list(_model_at(model, path[:-1]).model_fields)
            problem = ParamsError(
                N_('The key "{given}" is not known here. Allowed: {allowed}.'),
                given=path[-1],
                allowed=", ".join(allowed),
            )
            yield path, with_nearest(problem, nearest(str(path[-1]), allowed))
        else:
            limits = {name: f"{value:g}" for name, value in context.items() if isinstance(value, int | float)}
            yield path, ParamsError(_SENTENCES[kind], given=shown(_at(document.value, path)), **limits)


def _at(value: object, path: KeyPath) -> object:
    for step in path:
        value = value[step]
    return value


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    """Return the model that holds the keys under a path."""
    steps = iter(path)
    for step in steps:
        kind = model.model_fields[step].annotation
        if get_origin(kind) in (dict, tuple):
            next(steps)
        model = next(one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, BaseModel))
    return model
