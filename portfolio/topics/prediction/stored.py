"""Fitted models as a table, so that a run fits once: parameters, information, how the search ended.

A row a model. What is read back is what was fitted, to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import numpy as np
import pandas as pd

from portfolio.topics.prediction.btyd import MODELS, GammaGammaModel
from portfolio.topics.prediction.btyd.model import FittedModel

CLASSES = {model.__name__: model for model in (*MODELS, GammaGammaModel)}
COLUMNS = {
    "model": "string",
    "parameters": "array<float64>",
    "information": "array<float64>",
    "log_likelihood": "float64",
    "status": "string",
    "converged": "boolean",
    "fitted_on": "float64",
    "left_out": "float64",
}


def row_of(model: FittedModel) -> dict[str, Any]:
    """Return what tells a fitted model, by ``COLUMNS``."""
    return {
        "model": type(model).__name__,
        "parameters": model.parameters.to_list(),
        "information": [] if model.information is None else model.information.ravel().tolist(),
        "log_likelihood": model.log_likelihood,
        "status": model.status,
        "converged": bool(model.converged),
        "fitted_on": model.customers,
        "left_out": float(getattr(model, "left_out", 0.0)),
    }


def model_of(row: Mapping[str, Any]) -> FittedModel:
    """Return the model that a row of ``COLUMNS`` tells."""
    kind = CLASSES[row["model"]]
    size = len(kind.names)
    # The engine may give back a missing number of a list as none.
    information = np.array([np.nan if each is None else each for each in row["information"]], dtype=float)
    more = {"left_out": float(row["left_out"])} if kind is GammaGammaModel else {}
    return kind(
        *(float(each) for each in row["parameters"]),
        log_likelihood=float(row["log_likelihood"]),
        status=row["status"],
        converged=bool(row["converged"]),
        customers=float(row["fitted_on"]),
        information=information.reshape(size, size) if len(information) else None,
        **more,
    )


def table_of(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> ibis.Table:
    """Return rows as a table of the engine, with ``COLUMNS`` and others; ``place`` keeps their order."""
    schema = {"place": "int64", **COLUMNS, **columns}
    frame = pd.DataFrame([{"place": place, **row} for place, row in enumerate(rows)], columns=list(schema))
    return ibis.memtable(frame, schema=schema)
