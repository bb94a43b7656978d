"""The fits of other libraries, each run by the Python of its own environment: nothing of ours is imported here."""

from __future__ import annotations

import time


def fastest(call, times: int):
    """Return the least seconds of a call repeated, and what it returns."""
    seconds = []
    for _unused in range(times):
        start = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def fit_lifetimes(path: str) -> dict:
    """Fit that of ``lifetimes``: the fastest of ten."""
    import pandas as pd
    from lifetimes import BetaGeoFitter

    table = pd.read_csv(path)
    seconds, model = fastest(
        lambda: BetaGeoFitter(penalizer_coef=0.0).fit(table["frequency"], table["recency"], table["T"]), 10
    )
    return {"seconds": seconds, "log_likelihood": _log_likelihood(table, **model.params_)}


def fit_pymc(path: str) -> dict:
    """Fit the maximum a posteriori of ``pymc-marketing``, once: its time is the compiling."""
    import pandas as pd
    from pymc_marketing.clv import BetaGeoModel

    table = pd.read_csv(path)
    start = time.perf_counter()
    model = BetaGeoModel(data=table)
    model.fit(method="map")
    seconds = time.perf_counter() - start
    found = {name: float(model.fit_result[name].mean()) for name in ("r", "alpha", "a", "b")}
    return {"seconds": seconds, "log_likelihood": _log_likelihood(table, **found)}


def _log_likelihood(table, r: float, alpha: float, a: float, b: float) -> float:
    """BG/NBD: Fader, Hardie, Lee (2005), equation 6."""
    import numpy as np
    from scipy.special import betaln, gammaln

    x, recency, T = (table[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T"))
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + recency)
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(alive, np.where(x > 0, gone, -np.inf))
    return float(each.sum())
