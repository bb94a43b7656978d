"""Charts: computed tables in, Axes out. One message each, said by the title with its figures.

Every chart is called ``chart(*frames, ax=ax, words=words)``; in a notebook, ``view.picture(chart, *frames)`` does it.
"""

from portfolio.present.charts import predicted
from portfolio.present.charts.attributes import by_attribute, lifetime
from portfolio.present.charts.bridges import movement_bridge, revenue_bridge
from portfolio.present.charts.concentration import pareto_curve
from portfolio.present.charts.flows import movements, revenue_bridges, rfm_migration
from portfolio.present.charts.history import history
from portfolio.present.charts.lifecycle import lifecycle
from portfolio.present.charts.migration import size_migration
from portfolio.present.charts.months import months
from portfolio.present.charts.rfm import rfm_grid, rfm_segments
from portfolio.present.charts.sizes import sizes
from portfolio.present.charts.sparkline import sparkline
from portfolio.present.charts.targets import targets

__all__ = [
    "by_attribute",
    "history",
    "lifecycle",
    "lifetime",
    "months",
    "movement_bridge",
    "movements",
    "pareto_curve",
    "predicted",
    "revenue_bridge",
    "revenue_bridges",
    "rfm_grid",
    "rfm_migration",
    "rfm_segments",
    "size_migration",
    "sizes",
    "sparkline",
    "targets",
]
