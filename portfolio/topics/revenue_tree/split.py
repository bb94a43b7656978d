"""The change of a product, split exactly over its factors by the logarithmic mean (LMDI: Ang 2004, Energy Policy 32).

change of revenue = sum over the factors of L(revenue now, before) ln(factor now / before), to the cent
"""

from __future__ import annotations

import math
from typing import NamedTuple

# The factors of revenue, in the order of the product; the last two make the basket where units are known.
CUSTOMERS, FREQUENCY, BASKET, UNITS, PRICE = "customers", "frequency", "basket", "units", "price"
# Credit notes of those who did not order: money that no factor makes.
CREDITED = "credited"


class Level(NamedTuple):
    """What revenue is made of: active customers, their orders, units (NaN where not known), revenue."""

    customers: float
    orders: float
    units: float
    revenue: float

    @property
    def factors(self) -> dict[str, float]:
        """Customers, orders per customer, revenue per order, units per order, revenue per unit; NaN where there is
        none."""
        return {
            CUSTOMERS: self.customers,
            FREQUENCY: _over(self.orders, self.customers),
            BASKET: _over(self.revenue, self.orders),
            UNITS: _over(self.units, self.orders),
            PRICE: _over(self.revenue, self.units),
        }


def logarithmic_mean(a: float, b: float) -> float:
    """Return (a - b) / (ln a - ln b), a where both are equal; a and b have one sign."""
    return a if a == b else (a - b) / math.log(a / b)


def split(before: Level, now: Level) -> dict[str, float]:
    """Split the change of revenue over the factors, to the cent.

    Returns
    -------
    dict
        ``customers``, ``frequency``, ``basket`` and ``credited``, which sum to the change; ``units`` and ``price``,
        which sum to the basket, NaN where units are not known.

    Notes
    -----
    A factor adds L(revenue now, before) ln(now / before). Its limits for zeros are those of Ang and Liu (2007, Energy
    Policy 35): where there was no order, or is none, the customers made all of it; where the revenue passes 0, the
    basket did, since it alone can.
    """
    credited = (0.0 if now.orders else now.revenue) - (0.0 if before.orders else before.revenue)
    was, is_ = (level.revenue if level.orders else 0.0 for level in (before, now))
    change = is_ - was
    found = {CUSTOMERS: 0.0, FREQUENCY: 0.0, BASKET: 0.0}
    units_known = before.units > 0 and now.units > 0  # NaN is not
    inner = {UNITS: 0.0, PRICE: 0.0}
    if not before.orders or not now.orders:
        found[CUSTOMERS] = change
    elif was * is_ <= 0:
        found[BASKET] = inner[PRICE] = change
    else:
        mean, then, here = logarithmic_mean(is_, was), before.factors, now.factors
        found = {name: mean * math.log(here[name] / then[name]) for name in found}
        if units_known:
            inner = {name: mean * math.log(here[name] / then[name]) for name in inner}
    found = _to_the_cent(found, change)
    if before.orders and now.orders and not units_known:
        return found | {UNITS: math.nan, PRICE: math.nan, CREDITED: round(credited, 2)}
    return found | _to_the_cent(inner, found[BASKET]) | {CREDITED: round(credited, 2)}


def _to_the_cent(parts: dict[str, float], whole: float) -> dict[str, float]:
    """Round to cents that sum to the whole: what rounding leaves goes to the largest."""
    cents = {name: round(100 * part) for name, part in parts.items()}
    largest = max(parts, key=lambda name: abs(parts[name]))
    cents[largest] += round(100 * whole) - sum(cents.values())
    return {name: n / 100 for name, n in cents.items()}


def _over(top: float, under: float) -> float:
    return top / under if under else math.nan
