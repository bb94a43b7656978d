"""Lifetime value: the fit against two other libraries, and five million customers.

The other libraries live in environments of their own under ``benchmarks/.venv``, made at the first run: they need
versions of pandas and NumPy that the project has left behind.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.data import FOLDER
from benchmarks.measured import measured
from benchmarks.other_libraries import fastest
from benchmarks.simulated import order_lines

ENVIRONMENTS = Path(__file__).parent / ".venv"
OTHERS = {
    "lifetimes": ("lifetimes==0.11.3", "pandas==2.2.3", "numpy==1.26.4", "scipy==1.13.1"),
    "openretailscience": ("openretailscience==0.48.1", "pyarrow-hotfix"),
    "polars": ("polars", "pandas", "pyarrow"),
    "pymc": ("pymc-marketing==0.19.2", "pymc==5.28.5", "pytensor==2.38.3", "arviz==0.23.4"),
}
MANY, FEW = 5_000_000, 50_000
PERIOD = "2025-H2"
ENGINE_MEMORY = "2GB"


def run() -> Iterator[str]:
    """Measure the fits side by side, then the whole way for many customers."""
    histories = str(cdnow())
    yield "BG/NBD on the CDNOW sample, 2,357 customers"
    ours = measured("benchmarks.lifetime_value:fit_ours", histories).result
    yield f"{'ours':>10}: {1000 * ours['seconds']:8.1f} ms, log-likelihood {ours['log_likelihood']:.2f}"
    for name, most in (("lifetimes", 1.0), ("pymc", 1 / 50)):
        other = measured(f"benchmarks.other_libraries:fit_{name}", histories, python=environment(name)).result
        yield f"{name:>10}: {1000 * other['seconds']:8.1f} ms, log-likelihood {other['log_likelihood']:.2f}"
        yield f"ours / {name} = {ours['seconds'] / other['seconds']:.4f} (at most {most:g})"
    fits = {}
    for customers in (FEW, MANY):
        path = str(order_lines(customers))
        found = measured("benchmarks.lifetime_value:whole_way", path)
        told = fits[customers] = found.result
        yield f"{customers:,} customers, {told['lines']:,} order lines in Parquet: {found.megabytes:.0f} MB at most"
        yield f"  counting {told['counting']:.2f} s: {told['distinct']:,} histories in cells of {told['step']} days"
        yield f"  BG/NBD fit {told['fit']:.3f} s, all models chosen and fitted {told['models']:.2f} s"
        yield f"  predictions joined back and summed {told['joined']:.2f} s"
        yield f"  BG/NBD {told['parameters']} (simulated with r .243, alpha 4.414, a .793, b 2.426)"
        if customers == MANY:
            yield f"memory = {found.megabytes:.0f} MB (under 3072)"
    yield f"fit of {MANY:,} / fit of {FEW:,} = {fits[MANY]['fit'] / fits[FEW]['fit']:.2f} (at most 3)"


def environment(name: str) -> str:
    """Return the Python of an environment that holds another library, made when it is not there yet."""
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    wanted = "\n".join(OTHERS[name])
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *OTHERS[name]]
        subprocess.run(install, check=True)
        ready.write_text(wanted, encoding="utf-8")
    return str(python)


def cdnow() -> Path:
    """Return a CSV of the histories of the CDNOW sample at the end of calibration, from the data of ``lifetimes``."""
    path = FOLDER / "cdnow_histories.csv"
    if not path.exists():
        from importlib.util import find_spec

        import pandas as pd

        FOLDER.mkdir(exist_ok=True)
        file = Path(find_spec("lifetimes").submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
        names = ["master", "customer_id", "day", "quantity", "amount"]
        lines = pd.read_csv(file, sep=r"\s+", header=None, names=names, dtype={"day": str})
        end = pd.Timestamp("1997-09-30")
        lines["day"] = pd.to_datetime(lines["day"], format="%Y%m%d")
        days = lines[lines["day"] <= end].drop_duplicates(["customer_id", "day"]).groupby("customer_id")["day"]
        pd.DataFrame(
            {
                "frequency": days.count() - 1,
                "recency": (days.max() - days.min()).dt.days / 7,
                "T": (end - days.min()).dt.days / 7,
            }
        ).to_csv(path)
    return path


def fit_ours(path: str) -> dict:
    """Fit ours: the fastest of ten."""
    import pandas as pd

    from portfolio.topics.prediction.btyd import BetaGeoModel

    histories = pd.read_csv(path)
    seconds, model = fastest(lambda: BetaGeoModel.fit(histories), 10)
    return {"seconds": seconds, "log_likelihood": model.log_likelihood}


def whole_way(path: str) -> dict:
    """Count, fit, predict, join back and sum up, from order lines in Parquet."""
    import ibis

    from portfolio.base.book import Book
    from portfolio.base.cleaning import CleanTables
    from portfolio.base.engine import Engine
    from portfolio.base.set_aside import CLEAN_ORDERS
    from portfolio.params import Params
    from portfolio.params.columns import IBIS_TYPES, TABLES
    from portfolio.params.periods import parse_period
    from portfolio.review.opening import topics_of
    from portfolio.sources.ledger import Ledger, TableLedger
    from portfolio.topics.prediction import fits
    from portfolio.topics.prediction.btyd import BetaGeoModel
    from portfolio.topics.prediction.histories import distinct_histories
    from portfolio.topics.prediction.predictions import prediction
    from portfolio.topics.prediction.value.numbers import capital

    engine = Engine()
    # What the engine keeps in memory; it writes the rest aside, as it does by itself on a machine of that size.
    engine._connection.settings["memory_limit"] = ENGINE_MEMORY
    lines = engine.read(Path(path))
    kinds = {name: IBIS_TYPES[TABLES["orders"][name].type] for name in CLEAN_ORDERS}
    lines = lines.select(
        **{name: lines[name] if name in lines.columns else ibis.null().cast(kind) for name, kind in kinds.items()}
    )
    count = int(engine.run(lines.count()))
    params = Params.model_validate({"portfolio": {"name": "Bench", "tables": {"orders": {"source": "bench.parquet"}}}})
    ledger = Ledger((TableLedger("orders", path, count, count, columns=("customer_id", "order_date", "amount")),))
    clean = CleanTables(engine, {"orders": lines}, ledger)
    book = Book(params, clean, parse_period(PERIOD), topics_of(params))

    times = {}
    start = time.perf_counter()
    table, step = fits.histories(book)
    distinct = distinct_histories(book, table)
    times["counting"] = time.perf_counter() - start
    times["fit"], model = fastest(lambda: BetaGeoModel.fit(distinct), 10)
    start = time.perf_counter()
    fits.fits(book)
    times["models"] = time.perf_counter() - start
    start = time.perf_counter()
    prediction(book)
    sums = capital(book)["capital"].tolist()
    times["joined"] = time.perf_counter() - start
    parameters = ", ".join(f"{name} {value:.3f}" for name, value in model.parameters.items())
    return {
        **times,
        "lines": count,
        "distinct": len(distinct),
        "step": step,
        "capital": sums,
        "parameters": parameters,
    }
