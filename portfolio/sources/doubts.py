"""What may be wrong in a source and would not show in any figure: said, never guessed.

identifiers    NULL, #N/A, - · C000 and c000 · 1.23457E+12        amounts    $ and £ in a portfolio of euros
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
from babel.numbers import get_currency_symbol

from portfolio.errors import N_
from portfolio.sources.ledger import Note
from portfolio.sources.parsing import SHORTENED, alike_of, stands_for_nothing, text_of

EXAMPLES = 3
SIGNS = r"[$£¥€₹₽₺₩₪₫₴₦฿]"
# A currency has a sign of its own, and one abroad: $ is $US in French.
LANGUAGES = ("en", "fr")


def doubtful_ids(engine, rows: ibis.Table, column: str, header: str, source) -> Iterator[Note]:
    """Yield what may be wrong with the customers that a column names.

    Parameters
    ----------
    engine
        Runs what is counted.
    rows, column, header
        The raw rows, the column of them, and its header.
    source
        The ``Source`` of the params: what it says is in no doubt.
    """
    texts = rows.select(id=text_of(rows[column])).drop_null("id")
    ids = texts.group_by("id").agg(rows=ibis._.count())
    empty, shortened = stands_for_nothing(ids.id, source.empty), ids.id.re_search(SHORTENED)
    alike = ibis.ifelse(empty, ibis.null("string"), alike_of(ids.id))
    found = engine.run(
        ids.agg(
            empty=ids.rows.sum(where=empty).fill_null(0),
            shortened=ids.rows.sum(where=shortened).fill_null(0),
            doubled=alike.count() - alike.nunique(),
        )
    ).iloc[0]
    if found["empty"] and source.empty is None:
        yield Note(
            N_(
                "Rows with {examples} as {column}: {rows}. They count as rows without customer. "
                "Give `empty: [...]` with the texts that stand for nothing, or `empty: []` if these are customers."
            ),
            {"rows": int(found["empty"]), "examples": _examples(engine, ids.filter(empty)), "column": header},
            doubt=True,
        )
    if found["shortened"]:
        yield Note(
            N_(
                "Rows with a {column} such as {examples}: {rows}. Its last digits are lost, and several customers may "
                "count as one: export the column as text."
            ),
            {
                "rows": int(found["shortened"]), "column": header,
                "examples": _examples(engine, ids.filter(shortened)),
            },
            doubt=True,
        )  # fmt: skip
    if found["doubled"] and source.join_alike_ids is None:
        pairs = ids.group_by(alike=alike).agg(ids=ibis._.count(), first=ibis._.id.min(), last=ibis._.id.max())
        pair = engine.run(pairs.filter((pairs.ids > 1) & pairs.alike.notnull()).order_by("alike").limit(1)).iloc[0]
        yield Note(
            N_(
                "Values of {column} that are another one but for capitals or signs that cannot be seen, as {one} and "
                "{other}: {ids}. They count as customers of their own: give `join_alike_ids:` true to make them one, "
                "or false."
            ),
            {"ids": int(found["doubled"]), "column": header, "one": repr(pair["first"]), "other": repr(pair["last"])},
            doubt=True,
        )


def _examples(engine, ids: ibis.Table) -> str:
    return ", ".join(engine.run(ids.order_by("id").limit(EXAMPLES)).id)


def foreign_money(engine, rows: ibis.Table, column: str, header: str, currency: str) -> Iterator[Note]:
    """Yield the signs of other currencies than the portfolio's that the amounts of a column carry."""
    own = {sign for language in LANGUAGES for sign in get_currency_symbol(currency, language)}
    signs = rows.select(sign=rows[column].re_extract(SIGNS, 0)).filter(ibis._.sign != "")
    counted = engine.run(signs.group_by("sign").agg(rows=ibis._.count()).order_by("sign"))
    foreign = counted[~counted.sign.isin(own)]
    if len(foreign):
        yield Note(
            N_(
                "Values of {column} in {signs}: {rows}, while the portfolio is in {currency}. They are added as they "
                "are, nothing is converted: give `currency:` its own, or convert them in the source."
            ),
            {
                "rows": int(foreign.rows.sum()), "column": header, "signs": ", ".join(foreign.sign),
                "currency": currency,
            },
            doubt=True,
        )  # fmt: skip
