"""Customers made of rows that repeat them, as order lines do: ``one_row_per_customer``."""

from portfolio.base.cleaning import clean_tables
from portfolio.params import load_params

LINES = """customer,country,day,amount
A,France,2025-01-01,10
A,France,2025-01-02,10
A,Spain,2025-01-03,10
B,Spain,2025-01-01,10
B,Italy,2025-01-02,10
,Italy,2025-01-02,10
"""
PARAMS = """
portfolio:
  name: Test
  tables:
    orders: {source: lines.csv, columns: {customer_id: customer, order_date: day}}
    customers: {source: lines.csv, one_row_per_customer: true, columns: {customer_id: customer, country: country}}
"""


def read(folder, lines):
    (folder / "lines.csv").write_text(lines, encoding="utf-8")
    (folder / "test.yml").write_text(PARAMS, encoding="utf-8")
    return clean_tables(load_params(folder / "test.yml"))


def test_each_customer_keeps_what_most_of_its_rows_carry(tmp_path):
    clean = read(tmp_path, LINES)
    found = clean.engine.run(clean.tables["customers"]).set_index("customer_id")["country"].to_dict()
    # A: two rows of three say France. B: one each, and Italy comes first in the alphabet.
    assert found == {"A": "France", "B": "Italy"}
    assert "amount" not in clean.tables["customers"].columns


def test_the_rows_that_repeat_are_counted_and_do_not_stop_the_run(tmp_path):
    ledger = read(tmp_path, LINES).ledger["customers"]
    assert {aside.reason: aside.rows for aside in ledger.set_aside} == {"no_customer": 1, "repeated": 3}
    assert (ledger.rows_read, ledger.rows_kept) == (6, 2)


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    header, *rows = LINES.splitlines()
    (tmp_path / "again").mkdir()
    one, other = read(tmp_path, LINES), read(tmp_path / "again", "\n".join([header, *reversed(rows)]) + "\n")
    first, second = (clean.engine.run(clean.tables["customers"].order_by("customer_id")) for clean in (one, other))
    assert first.equals(second)
