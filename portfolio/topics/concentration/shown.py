"""How much of the revenue rests on how few customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.kit import (
    chart,
    message,
    room,
    widest,
)
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)


@chart(height=300, needs=("top_20_percent_share",), when=lambda concentration, curve: len(curve) > 1)
def pareto_chart(concentration: pd.DataFrame, curve: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the share of revenue against the share of customers, the largest first."""
    import seaborn as sns

    row = concentration.iloc[0]
    first = row["top_20_percent_share"]
    marks = [words.percent(value, 0) for value in FIFTHS]
    room(ax, left=widest(marks) + 24, right=22, top=12, bottom=46)
    ax.plot([0, 1], [0, 1], color=style.colour("accent-soft"), linewidth=1, linestyle=(0, (4, 4)))
    # Not ecdfplot: it counts customers one by one, and those stay in the engine; its steps between hundredths of them
    # would say less than they bring.
    sns.lineplot(
        x=curve["customers_share"], y=curve["revenue_share"], estimator=None, color=style.colour("accent"),
        linewidth=2.5, legend=False, ax=ax,
    )  # fmt: skip
    ax.text(0.98, 0.44, words.say("If all weighed the same"), color=style.colour("muted"), va="top", ha="right")
    ax.set_xticks(FIFTHS, marks)
    ax.set_yticks(FIFTHS[1:], marks[1:])
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.01)
    ax.grid()
    ax.set_xlabel(words.say("Share of customers, largest first"))
    ax.set_ylabel(words.say("Share of revenue"))
    alt = ""
    if missing(first):
        return message(ax, words.say("Revenue by customer, largest first"), alt)
    ax.plot([0.2, 0.2], [0, first], color=style.colour("ink"), linewidth=1)
    ax.plot([0.2], [first], marker="o", markersize=8, color=style.colour("ink"), clip_on=False)
    label = words.say("{share} of revenue", share=words.percent(first, 0))
    ax.annotate(label, (0.2, first), xytext=(10, -4), textcoords="offset points", va="top", weight="bold")
    if not missing(row["customers_for_80_percent"]):
        alt = words.plural(
            "{n} customer of {all} brings 80% of revenue.",
            "{n} customers of {all} bring 80% of revenue.",
            row["customers_for_80_percent"],
            all=words.number(row["customers_with_positive_revenue"]),
        )
    gini = words.say("Gini index: {gini}.", gini=words.number(row["gini"], 2))
    alt = f"{alt} {gini}".strip()
    title = words.say(
        "{part} of customers bring {share} of revenue", part=words.percent(0.2, 0), share=words.percent(first, 0)
    )
    return message(ax, title, alt)


def sentence(concentration: pd.DataFrame, curve: pd.DataFrame, *, words: Words) -> str:
    """Say what the first fifth holds, and how many customers make 80% of the revenue."""
    row = concentration.iloc[0] if len(concentration) else {}
    if not len(row) or missing(row["top_20_percent_share"]):
        return words.say("No customer has revenue above 0 in {period}.", period=words.now)
    first = words.plural(
        "The top customer (20%) brings {share} of revenue",
        "The top {n} customers (20%) bring {share} of revenue",
        row["top_20_percent_customers"],
        share=words.percent(row["top_20_percent_share"], 0),
    )
    second = words.plural("{n} brings 80%", "{n} bring 80%", row["customers_for_80_percent"])
    return words.say("{first}; {second}.", first=first, second=second)
