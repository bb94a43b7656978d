"""Segments: customers that share a value of an attribute, or several.

``region=Bretagne,size=large`` is the customers of Brittany that are large. Any column of the
customers table can be used, and the classes that the base computes.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis import _

from portfolio.errors import N_, ParamsError, nearest
from portfolio.params.columns import TABLES

# Columns of the customers table that name one customer, not a group.
PERSONAL = frozenset(column.name for column in TABLES["customers"].columns if column.personal)


@dataclass(frozen=True)
class Segment:
    """Conditions that all hold, in the order they were given. No condition is the whole portfolio.

    ``but_not`` are conditions that do not all hold: the customers that a part of a portfolio is compared with.
    """

    conditions: tuple[tuple[str, str], ...] = ()
    but_not: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return ",".join(f"{name}={_quoted(value)}" for name, value in self.conditions)

    def __bool__(self) -> bool:
        return bool(self.conditions or self.but_not)


def _quoted(value: str) -> str:
    plain = not any(character in value for character in ',"') and value == value.strip()
    return value if plain else '"' + value.replace('"', '""') + '"'


def parse_segment(text: str) -> Segment:
    """Read ``dimension=value,dimension=value``; a value with a comma stands between double quotes.

    Raises
    ------
    ParamsError
        A condition without ``=``, or a dimension named twice.
    """
    conditions: list[tuple[str, str]] = []
    for part in _split(text):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise ParamsError(
                N_('The segment "{segment}" cannot be read: write dimension=value, as region=Bretagne,size=large.'),
                segment=text,
            )
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1].replace('""', '"')
        conditions.append((name.strip(), value))
    names = [name for name, _value in conditions]
    if len(set(names)) < len(names):
        raise ParamsError(N_('The segment "{segment}" names a dimension twice.'), segment=text)
    return Segment(tuple(conditions))


def _split(text: str) -> list[str]:
    parts, current, quoted = [], "", False
    for character in text:
        quoted ^= character == '"'
        if character == "," and not quoted:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part for part in (*parts, current) if part.strip()]


def dimensions(book) -> list[str]:
    """Return the columns of the customer base that can be segments: what the customers table holds, and the classes."""
    attributes = [
        name
        for name, kind in book.customers.schema().items()
        if (kind.is_string() or kind.is_boolean() or name == "birth_year")
        and name not in PERSONAL
        and book.measured("customers", name)
    ]
    return [*attributes, *book.classes]


def values(book, *names: str) -> list[tuple[Segment, int]]:
    """Return the segments of one or several dimensions with the customers in each.

    Parameters
    ----------
    book
        The whole book, or a segment of it.
    names
        Dimensions.

    Returns
    -------
    list of (Segment, int)
        One for each combination of values met, with the number of customers who ever ordered, in the
        order of the values. Customers without a value are in none.

    Raises
    ------
    ParamsError
        An unknown dimension.
    """
    for name in names:
        _check_dimension(book, name)
    known = [book.customers[name].cast("string").name(name) for name in names]
    table = (
        book.customers.filter(_.orders_ever > 0)
        .select(*known)
        .group_by(*names)
        .agg(n=_.count())
        .filter(*(_[name].notnull() for name in names))
    )
    rows = sorted(book.run(table).itertuples(index=False, name=None))
    return [(Segment(tuple(zip(names, row[:-1], strict=True))), int(row[-1])) for row in rows]


def select(customers: ibis.Table, segment: Segment) -> ibis.Table:
    """Keep the customers of a segment whose values are written as in the data."""
    if not segment:
        return customers
    kept = [customers[name].cast("string") == value for name, value in segment.conditions]
    if segment.but_not:
        left = ibis.and_(*(customers[name].cast("string") == value for name, value in segment.but_not))
        kept.append(~left.fill_null(False))
    return customers.filter(*kept)


def resolve_segment(book, segment: Segment) -> Segment:
    """Return the segment with its values written as in the data of a whole book.

    Raises
    ------
    ParamsError
        Unknown dimension or value (the known ones are listed), or fewer customers who ever ordered than
        ``min_customers``.
    """
    exact = []
    for name, value in segment.conditions:
        _check_dimension(book, name)
        column = book.customers[name].cast("string")
        known = book.run(book.customers.select(value=column).distinct())["value"]
        exact.append((name, _known_value(name, value, [other for other in known if isinstance(other, str)])))
    segment = Segment(tuple(exact))
    kept = select(book.customers, segment)
    n = int(book.run(kept.filter(_.orders_ever > 0).agg(n=_.count()))["n"].iloc[0])
    least = book.thresholds.min_customers
    if segment and n < least:
        raise ParamsError(
            N_(
                "The segment {segment} has {n} customers, under min_customers ({least}): "
                "choose a larger one, or lower thresholds.min_customers in the params file."
            ),
            segment=str(segment),
            n=n,
            least=least,
        )
    return segment


def _check_dimension(book, name: str) -> None:
    allowed = dimensions(book)
    if name not in allowed:
        raise ParamsError(
            N_('Unknown segment dimension "{name}". Nearest: {nearest}. Known: {known}.'),
            name=name,
            nearest=nearest(name, allowed) or "-",
            known=", ".join(sorted(allowed)),
        )


def _known_value(name: str, value: str, known: list[str]) -> str:
    if value in known:
        return value
    same = [other for other in known if other.casefold() == value.casefold()]
    if len(same) == 1:
        return same[0]
    raise ParamsError(
        N_('Unknown value "{value}" of {name}. Nearest: {nearest}. Known: {known}.'),
        value=value,
        name=name,
        nearest=nearest(value, known) or "-",
        known=", ".join(sorted(known)[:40]) + (", ..." if len(known) > 40 else ""),
    )
