"""Where the customers stand in their life with the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.bars import bars
from portfolio.present.charts.base import chart, message
from portfolio.present.words import Words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=lambda frame: 30 * len(frame) + 30, needs=("customers",))
def lifecycle(lifecycle: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the customers of each state, with a tick where the state stood before."""
    names = [str(name) for name in lifecycle["lifecycle"]]
    spoken = bars(
        ax,
        words,
        labels=[words.label(name) for name in names],
        values=lifecycle["customers"],
        figures=[
            words.say("{n} ({share})", n=words.number(row.customers), share=words.percent(row.share, 0))
            for row in lifecycle.itertuples()
        ],
        colours=[style.colour(name) for name in names],
        before=lifecycle.get("previous_customers"),
    )
    alert = lifecycle[lifecycle["lifecycle"].isin(["at_risk", "inactive"])]
    title = words.plural(
        "{n} customer is at risk or inactive, {share} of the portfolio",
        "{n} customers are at risk or inactive, {share} of the portfolio",
        alert["customers"].sum(),
        share=words.percent(alert["share"].sum(), 0),
    )
    return message(ax, title, spoken)
