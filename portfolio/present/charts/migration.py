"""Who moved between sizes from one period to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.base import chart, message, room, widest
from portfolio.present.charts.rfm import FAINT, STRONG
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ORDER = ("large", "medium", "small", "absent")


@chart(height=270, needs=("customers",))
def size_migration(migration: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the customers by size before (rows) and now (columns); up, down and stay each have a colour and a sign."""
    counts = {(row.size_before, row.size_now): row.customers for row in migration.itertuples()}
    names = [words.label(name) for name in ORDER]
    room(ax, left=widest(names) + 12, right=14, top=46, bottom=2)
    cells = {pair: count for pair, count in counts.items() if pair != ("absent", "absent")}
    most = max([1, *(count for count in cells.values() if count == count)])
    for (before, now), count in cells.items():
        row, column = ORDER.index(before), ORDER.index(now)
        tone, sign = ("regular", "=") if row == column else (("good", "▲") if column < row else ("bad", "▼"))
        count = 0 if missing(count) else max(count, 0)
        alpha = FAINT + (STRONG - FAINT) * count / most
        ax.bar(column, 0.96, 0.97, bottom=row - 0.48, color=style.colour(tone), alpha=alpha)
        ax.text(column, row, f"{words.number(count)} {sign}", ha="center", va="center")
    ax.set_xlim(-0.5, 3.5)
    ax.set_ylim(3.5, -0.5)
    ax.set_yticks(range(4), names)
    ax.set_xticks(range(4), names)
    ax.xaxis.tick_top()
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel(words.say("Size in {period} →", period=words.now))
    ax.xaxis.set_label_position("top")
    ax.annotate(
        words.say("{period} ↓", period=words.before), (0, 1), xycoords="axes fraction", xytext=(-8, 6),
        textcoords="offset points", ha="right", va="bottom", color=style.colour("muted"),
    )  # fmt: skip
    moved = {pair: count for pair, count in cells.items() if "absent" not in pair and count == count}
    up = sum(count for (before, now), count in moved.items() if ORDER.index(now) < ORDER.index(before))
    down = sum(count for (before, now), count in moved.items() if ORDER.index(now) > ORDER.index(before))
    title = words.plural(
        "{n} customer grew a size, {down} shrank",
        "{n} customers grew a size, {down} shrank",
        up,
        down=words.number(down),
    )
    told = [
        words.say("{before} to {now}: {n}", before=words.label(before), now=words.label(now), n=words.number(count))
        for (before, now), count in cells.items()
    ]
    return message(ax, title, words.list(told) + ".")
