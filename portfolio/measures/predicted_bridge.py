"""Why the capital changed since the period before: who came, who is probably gone, who is worth more or less."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.columns import MONEY
from portfolio.measures.predicted import customer_predictions, prediction
from portfolio.measures.predicted_models import before

STEPS = ("before", "model", "gone", "worth_less", "worth_more", "left_segment", "joined_segment", "new", "now")
# Under it a customer is more likely gone than not.
GONE = 0.5


def capital_bridge(book: Book) -> pd.DataFrame:
    """Split the change of the capital over the longer horizon since the period before.

    Returns
    -------
    DataFrame
        ``step``, ``customers``, ``capital``: levels ``before`` and ``now``, signed changes between them, which sum up
        to the last digit. ``model``: the customers of before, with the same histories, under the models of now;
        ``gone``: customers whose probability of being alive fell under a half; ``worth_less`` and ``worth_more``: the
        other customers of before; ``new``: first bought in the period; ``left_segment`` and ``joined_segment``, only
        where the segment is a class that changes. Empty without a model on both days.
    """
    columns = ["step", "customers", "capital"]
    earlier = before(book)
    now = prediction(book)
    then = prediction(earlier) if earlier is not None else None
    if then is None or not (then.valued and now.valued):
        return pd.DataFrame(columns=columns)
    # Valued anew with the horizons of before, whose thresholds are the same.
    anew = customer_predictions(earlier, then.fits.histories, now.fits.purchases, now.fits.values, now.fits.amounts)
    old = then.of_customers.select("customer_id", was=_.lifetime_value).join(
        anew.select("customer_id", anew=_.lifetime_value, alive=_.probability_alive), "customer_id"
    )
    young = now.of_customers.select("customer_id", "first_day", value=_.lifetime_value, still=_.probability_alive)
    both = old.outer_join(young, "customer_id")
    change = both.mutate(change=(_.value - _.anew).cast(MONEY))
    step = ibis.cases(
        (change.was.isnull() & (change.first_day >= book.period.start), "new"),
        (change.was.isnull(), "joined_segment"),
        (change.value.isnull(), "left_segment"),
        ((change.still < GONE) & (change.alive >= GONE), "gone"),
        (change.change < 0, "worth_less"),
        else_="worth_more",
    )
    table = (
        change.mutate(step=step)
        .group_by("step")
        .agg(
            customers=_.count(),
            was=_.was.sum().cast(MONEY),
            anew=_.anew.sum().cast(MONEY),
            value=_.value.sum().cast(MONEY),
        )
    )
    rows = book.execute(table).set_index("step").astype("float64").fillna(0.0)
    known = rows[~rows.index.isin(["new", "joined_segment"])]
    moves = {name: (row["customers"], row["value"] - row["anew"]) for name, row in rows.iterrows()}
    moves["before"] = (known["customers"].sum(), known["was"].sum())
    moves["model"] = (known["customers"].sum(), known["anew"].sum() - known["was"].sum())
    moves["now"] = (rows["customers"].sum() - moves.get("left_segment", (0, 0))[0], rows["value"].sum())
    always = [name for name in STEPS if not name.endswith("_segment")]
    kept = [(name, *moves.get(name, (0, 0.0))) for name in STEPS if name in always or name in moves]
    return pd.DataFrame(kept, columns=columns).astype({"customers": np.int64, "capital": "float64"})
