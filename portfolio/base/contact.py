"""Who may be contacted. Definition: Who may be contacted.

A refusal is a no, and so is a closed account. Without an answer a company may be written to and a private person may
not (opt-out and opt-in, as French law has it), unless the params say otherwise.
"""

from __future__ import annotations

import datetime as dt

import ibis

CLOSED, REFUSED = "closed", "refused"
# What only a company has, and what only a person has.
OF_COMPANIES = ("sector", "headcount", "company_revenue")
OF_PERSONS = ("birth_year", "gender", "profession", "household")


@ibis.udf.scalar.builtin
def md5(text: str) -> str:
    """Return the MD5 of a text in hexadecimal digits. Ibis has it too, and does not say it to PostgreSQL."""


def reason_not_to_contact(customers: ibis.Table, as_of: dt.date) -> ibis.Value:
    """Return ``closed``, ``refused``, or null for a customer who may be contacted."""
    return ibis.cases(
        (customers.closed_date <= as_of, CLOSED),
        (~customers.consent, REFUSED),
        else_=ibis.null("string"),
    )


def held_out(customers: ibis.Table, share: float) -> ibis.Value:
    """Return whether a customer is held out: of a share of all, by the hash of their id, the same in every period.

    Nobody calls them, so that the next period shows what calling changes.
    """
    # MD5 is the same in every engine; its first 8 digits, as text, are in the order of the number that they write.
    limit = f"{min(round(share * 16**8), 16**8 - 1):08x}"
    return md5(customers.customer_id).substr(0, 8) < limit


def may_be_written_to(customers: ibis.Table, opt_in: str) -> ibis.Value:
    """Return whether a customer who may be contacted may be sent an e-mail.

    Parameters
    ----------
    customers
        The customer base.
    opt_in
        Who must have agreed beforehand: ``persons``, ``everyone`` or ``nobody``.
    """
    agreed = customers.consent.fill_null(False)
    if opt_in == "everyone":
        return agreed
    if opt_in == "nobody":
        return customers.consent.fill_null(True)
    return agreed | (customers.consent.isnull() & ~_is_person(customers))


def _is_person(customers: ibis.Table) -> ibis.Value:
    company = [customers[name].notnull() for name in OF_COMPANIES]
    person = [customers[name].notnull() for name in OF_PERSONS]
    return ibis.or_(*person) & ~ibis.or_(*company)
