"""Who may be contacted. The period is 2025-H2: the as-of date is 31 December 2025."""

import pytest

from portfolio.base.contact import may_be_written_to, reason_not_to_contact


@pytest.fixture(scope="module")
def book(make_book, table):
    customers = table(
        """
        customer_id     consent closed_date sector birth_year
        agreed_person   true    -           -      1980
        silent_person   -       -           -      1980
        silent_company  -       -           Food   -
        silent_trader   -       -           Food   1980
        agreed_company  true    -           Food   -
        refused_company false   -           Food   -
        refused_person  false   -           -      1980
        closed_today    true    2025-12-31  Food   -
        closes_tomorrow true    2026-01-01  Food   -
        closed_refused  false   2025-01-01  Food   -
        """
    )
    orders = table("customer_id order_date amount\n agreed_person 2025-07-01 10")
    return make_book(orders, "2025-H2", customers=customers)


def told(book, **columns):
    made = book.customers.select("customer_id", **columns)
    return book.run(made).set_index("customer_id").iloc[:, 0]


def test_who_may_not_be_contacted_and_why(book):
    found = told(book, reason=reason_not_to_contact(book.customers, book.as_of))
    # An account is closed from its day on, whatever its customer agreed to; no answer is no refusal.
    assert found.dropna().to_dict() == {
        "refused_company": "refused", "refused_person": "refused", "closed_today": "closed", "closed_refused": "closed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("opt_in", "silent_who_may"),
    [
        # A sole trader has a sector, and counts as a company.
        ("persons", {"silent_company", "silent_trader"}),
        ("everyone", set()),
        ("nobody", {"silent_person", "silent_company", "silent_trader"}),
    ],
)
def test_no_answer_is_a_no_to_an_email_for_whom_the_params_say(book, opt_in, silent_who_may):
    found = told(book, may=may_be_written_to(book.customers, opt_in))
    assert found.notna().all()
    assert {name for name in found.index if name.startswith("silent") and found[name]} == silent_who_may
    assert found[["agreed_person", "agreed_company"]].all()
    assert not found[["refused_person", "refused_company"]].any()
