"""A small portfolio and two notebooks that show what the real ones do, without computing anything.

Made in code so that the runner is tested apart from the notebooks it will run: the cells emit the MIME types
of the contract directly, and misbehave on demand through the environment variable ``SMALL``.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import nbformat

REGIONS = {"Bretagne": 6, "Île-de-France": 5, "Corse": 2}
EVIL = "<script>alert(1)</script>"

PARAMETERS = 'params_file = "params.yml"\nperiod = "latest"\nsegment = ""\nlanguage = "en"'

SETUP = """
import json, os
from IPython.display import display

def view(kind, english, french):
    display({"application/vnd.portfolio.view+json": {"kind": kind, "html": {"en": english, "fr": french}}}, raw=True)

def show(mime, payload):
    display({f"application/vnd.portfolio.{mime}+json": payload}, raw=True)

mode = os.environ.get("SMALL", "")
"""

PICTURE = """
bars = "".join(
    f'<rect x="{40 + 80 * i}" y="{200 - h}" width="50" height="{h}" fill="var(--accent)"></rect>'
    f'<text x="{65 + 80 * i}" y="{192 - h}" text-anchor="middle" font-size="12" fill="var(--ink)">{h}</text>'
    for i, h in enumerate((60, 110, 90, 150, 120))
)
for_reader = lambda title, alt: (
    f'<figure class="picture"><figcaption>{title}</figcaption><svg viewBox="0 0 440 220" role="img" '
    f'aria-label="{alt}">{bars}</svg></figure>'
)
view("picture", for_reader("20% of customers bring 71% of revenue", "Five bars, from 60 to 150"),
     for_reader("20 % des clients apportent 71 % du chiffre d’affaires", "Cinq barres, de 60 à 150"))
"""

TABLE = """
def table(caption, heads, rows):
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    body = "".join(f'<tr><th scope="row">{r[0]}</th>' + "".join(f"<td>{c}</td>" for c in r[1:]) + "</tr>" for r in rows)
    return f'<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

rows = [("Champions", 42, "12,3"), ("&lt;script&gt;alert(1)&lt;/script&gt;", 7, "1,2")]
view("table", table("Segments", ("Segment", "Customers", "Share"), rows),
     table("Segments", ("Segment", "Clients", "Part"), rows))
"""

FIGURES = """
revenue = 1000.5 if mode != "restated" else 900.25
show("metrics", {
    "period": period, "segment": segment, "as_of": "2025-06-30", "currency": "EUR", "portfolio": "Small & <b>co</b>",
    "metrics": [
        {"name": "revenue", "value": revenue, "unit": "money", "direction": "up", "previous": 800.0,
         "target": None, "n": 11},
        {"name": "active_customers", "value": 11, "unit": "count", "direction": "up", "previous": 12,
         "target": 15, "n": 11},
        {"name": "retention_rate", "value": float("nan"), "unit": "rate", "direction": "up", "previous": None,
         "target": None, "n": 0, "reason": "no customer before"},
    ],
})
"""

ACTIONS = """
show("actions", {"workbook": "lists", "months": 12, "held": [], "lists": [{"name": "to_call",
    "columns": [
        {"name": "customer_id", "type": "text", "unit": ""}, {"name": "name", "type": "text", "unit": ""},
        {"name": "phone", "type": "text", "unit": ""},
        {"name": "last_order_date", "type": "date", "unit": ""},
        {"name": "revenue", "type": "money", "unit": "currency"},
        {"name": "orders", "type": "integer", "unit": ""},
    ],
    "rows": [["007", '=HYPERLINK("http://evil")', "+33 1 23", "2025-05-02", 1234.5, 3],
             ["008", "Ève\\x07 Dupont", None, None, None, 1],
             ["009", "مرحبا\\nline", "@sum", "2024-01-31", -5.25, 12]],
}]})
link = '<p><a href="actions/lists.{}.xlsx">{}</a></p>'
view("actions", link.format("en", "To call"), link.format("fr", "À appeler"))
"""

MISBEHAVE = """
if mode == "error":
    raise KeyError("secret_column")
if mode == "user":
    from portfolio.errors import DataError
    raise DataError("No orders in {period}: the orders run from {first} to {last}. Choose a period between them.",
                    period=period, first="2024-01-01", last="2025-06-30")
if mode == "die":
    os._exit(9)
if mode == "sleep":
    import time; time.sleep(60)
if mode == "deaf":
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    import subprocess; subprocess.Popen(["sleep", "600"])
    while True:
        pow(7, 10 ** 8, 10 ** 4000 + 1)  # a computation that lets no other thread in
if mode == "slow once" and segment:
    import time; time.sleep(60)
if mode == "engine":
    from portfolio.base.engine import Engine
    settings = Engine()._connection.settings
    view("text", f"<p>{settings['memory_limit']}, {settings['threads']}, {settings['temp_directory']}</p>", "<p></p>")
if mode == "guest":
    print("My own words")
    display({"text/html": "<script>alert(3)</script>"}, raw=True)
if mode == "script":
    view("text", "<script>alert(1)</script>", "<p></p>")
"""


def _code(source: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source.strip(), metadata={"tags": list(tags)} if tags else {})


def write_notebooks(folder: Path) -> None:
    """Write ``small_review.ipynb`` and ``small_comparison.ipynb``."""
    text = nbformat.v4.new_markdown_cell
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    review = [
        text("# Small review\n\nWhat the portfolio is worth."),
        _code(PARAMETERS, "parameters"),
        _code(SETUP),
        _code(FIGURES),
        _code("view('text', f'<p>It went well in {period}.</p>', f'<p>Tout va bien, {period}.</p>')"),
        text("## Who brings the *revenue*?\n\nLook at the first bar & <script>alert(2)</script>."),
        _code(PICTURE),
        _code(TABLE),
        text("### In detail\n\nThe same again.\n\n## Who are we losing?"),
        _code(MISBEHAVE),
        _code(TABLE.split("\n\n")[0] + "\nview('text', '<p>Nobody.</p>', '<p>Personne.</p>')"),
        text("## Who to call"),
        _code(ACTIONS),
    ]
    compare = [
        text("# Small comparison"),
        _code(PARAMETERS + '\nreports_dir = "reports"', "parameters", "comparison"),
        _code(SETUP),
        text("## Earlier figures"),
        _code(
            "from pathlib import Path\n"
            "found = sorted(p.relative_to(reports_dir).as_posix() for p in Path(reports_dir).rglob('*.metrics.json'))\n"
            "view('text', f'<p>Found {len(found)}.</p>', f'<p>Trouvé {len(found)}.</p>')\n"
            "show('metrics', [{'name': 'earlier', 'value': len(found), 'unit': 'count', 'direction': 'none'}])"
        ),
    ]
    for name, cells in (("small_review", review), ("small_comparison", compare)):
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, folder / f"{name}.ipynb")


def write_orders(path: Path) -> None:
    """Write three semesters of orders: each customer buys once a quarter, from 2024-H1 to 2025-H1."""
    lines = ["customer_id,order_date,amount,order_id"]
    customers = [(f"{region[:2]}{n}", region) for region, n in _everyone()]
    for number, (customer, _region) in enumerate(customers):
        for quarter in range(6):
            day = dt.date(2024 + quarter // 4, 1 + 3 * (quarter % 4), 5 + number)
            lines.append(f"{customer},{day.isoformat()},{100 + 10 * number},{customer}-{quarter}")
    lines.append("Br0,2025-06-30,10,last")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = ["customer_id,name,region,email"]
    rows += [f"{customer},{EVIL if n == 0 else customer},{region}," for n, (customer, region) in enumerate(customers)]
    path.with_name("customers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _everyone() -> list[tuple[str, int]]:
    return [(region, n) for region, count in REGIONS.items() for n in range(count)]


PARAMS = """\
portfolio:
  name: Small & <b>co</b>
  currency: EUR
  languages: [en, fr]
  tables:
    orders: {source: orders.csv}
    customers: {source: customers.csv}
  thresholds: {min_customers: 3}
reports:
  - {notebook: ./small_review.ipynb, period: [2024-H2, 2025-H1]}
  - {notebook: ./small_review.ipynb, period: latest, segment: {by: region}}
  - {notebook: ./small_comparison.ipynb, period: 2024-H1..latest}
"""


def write_portfolio(folder: Path, params: str = PARAMS) -> Path:
    """Write the portfolio and its notebooks; return the params file."""
    folder.mkdir(parents=True, exist_ok=True)
    write_notebooks(folder)
    write_orders(folder / "orders.csv")
    path = folder / "params.yml"
    path.write_text(params, encoding="utf-8")
    return path
