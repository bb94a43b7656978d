"""Runs of the command stopped at random instants, and what stands in the reports folder then and after the next run.

    python -m benchmarks.kills [HOW MANY] [SEED]

One report of a small portfolio, which takes the whole way: workers, kernels, pages, figures, lists. At each turn its
notebook carries another mark, which all its files show. The run is stopped somewhere between its start and a little
after its usual end; then every published file must be whole, and after one more run all of them are of that turn, no
journal is left, the temporary folder is empty, and no process lives on.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import nbformat
import psutil

SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
# Of a stopped run. Where Python was in the middle of an exec it ends by SIGINT, which a shell tells as 130 too.
STOPPED = (130, -signal.SIGINT)
PARAMS = """\
portfolio:
  name: Marked
  tables:
    orders: {source: orders.csv}
reports:
  - {notebook: ./marked.ipynb, period: 2025-H1}
"""
ORDERS = "customer_id,order_date,amount\n" + "".join(f"C{n},2025-0{1 + n % 6}-05,{n + 1}\n" for n in range(30))
CELL = """\
from IPython.display import display
from portfolio import open_book
book = open_book(params_file, period)
mark = "MARK"
def put(kind, told):
    display({f"application/vnd.portfolio.{kind}+json": told}, raw=True)
put("view", {"kind": "text", "html": {language: f"<p>mark {mark} end</p>" for language in ("en", "fr")}})
put("metrics", [{"name": "revenue", "value": int(mark), "unit": "money"}])
rows = [[f"mark {mark} end"]] * 50
listed = {"name": "to_call", "columns": [{"name": "name", "type": "text", "unit": ""}], "rows": rows}
put("actions", {"workbook": "lists", "months": 12, "held": [], "lists": [listed]})
"""


def write_portfolio(folder: Path) -> None:
    """Write the orders and the params file."""
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "params.yml").write_text(PARAMS, encoding="utf-8")


def write_notebook(path: Path, mark: int) -> None:
    """Write the notebook of a turn."""
    code = nbformat.v4.new_code_cell
    given = code('params_file = "params.yml"\nperiod = "latest"', metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_markdown_cell("# Marked"), given, code(CELL.replace("MARK", str(mark)))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


def marks(folder: Path) -> list[int]:
    """Return the mark of each published file of the report; a file that is not whole is an error."""
    found = []
    for path in sorted((folder / "2025-H1").rglob("*.*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert book.testzip() is None, path
                text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        else:
            text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".html":
            assert text.endswith("</html>"), path
        if path.suffix in (".json", ".ipynb"):
            told = json.loads(text)
            text = f"mark {told['metrics'][0]['value']} end" if path.suffix == ".json" else text
        if path.suffix == ".csv":
            assert len(text.splitlines()) == 51, path
        found.append(int(text.partition("mark ")[2].partition(" end")[0]) if path.suffix != ".ipynb" else _cell(told))
    for name in ("manifest.json", "index.html", "index.en.html", "index.fr.html"):
        path = folder / name
        if path.exists():
            text = path.read_text(encoding="utf-8")
            assert json.loads(text) if path.suffix == ".json" else text.endswith("</html>"), path
    return found


def _cell(notebook: dict) -> int:
    source = "".join(notebook["cells"][-1]["source"])
    return int(source.partition('mark = "')[2].partition('"')[0])


class Victim:
    """The command on a portfolio in a folder, with a temporary folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reports, self.temporary = folder, folder / "reports", folder / "t"
        self.temporary.mkdir()
        write_portfolio(folder)

    def start(self) -> subprocess.Popen:
        """Start a run, in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "portfolio", "run", str(self.folder / "params.yml"), "--reports-dir", self.reports],
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def stop(self, name: str, after: float) -> int:
        """Run, and stop the run so many seconds later; return its exit code. A terminal stops what it started too."""
        process = self.start()
        try:
            return process.wait(after)
        except subprocess.TimeoutExpired:
            number = getattr(signal, name)
            os.killpg(process.pid, number) if name == "SIGINT" else process.send_signal(number)
            process.communicate(timeout=60)
            return process.returncode

    def run(self) -> float:
        """Run to the end, which must be a good one; return the seconds it took."""
        begun = time.monotonic()
        process = self.start()
        told, _nothing = process.communicate(timeout=300)
        assert process.returncode == 0, told
        return time.monotonic() - begun

    def left(self) -> list[str]:
        """Return what a run has left beside reports, and processes that work in the temporary folder."""
        found = [path.name for path in self.temporary.iterdir()]
        kept = {"2025-H1", "manifest.json", ".cache", ".lock", "index.html", "index.en.html", "index.fr.html"}
        found += [path.name for path in self.reports.iterdir() if path.name not in kept]
        for process in psutil.process_iter(["cmdline"]):
            try:
                if process.environ().get("TMPDIR", "").startswith(str(self.temporary)):
                    found.append(" ".join(process.info["cmdline"] or [])[:80])
            except psutil.Error:
                continue
        return found


def kill(victim: Victim, turns: int, seed: int, says=lambda line: None) -> Counter:
    """Stop runs and mend them, so many times; return how often what was seen. What must not be is an error."""
    chance, seen = random.Random(seed), Counter()
    write_notebook(victim.folder / "marked.ipynb", 0)
    usual = victim.run()
    for turn in range(1, turns + 1):
        name = SIGNALS[turn % len(SIGNALS)]
        write_notebook(victim.folder / "marked.ipynb", turn)
        code = victim.stop(name, chance.uniform(0, 1.1 * usual))
        seen[f"{name}: {'had ended' if code == 0 else 'stopped'}"] += 1
        assert code in (0, *STOPPED, -getattr(signal, name)), code
        found = set(marks(victim.reports))
        assert found <= {turn - 1, turn}, found
        seen["between two renames"] += len(found) == 2
        seen["temporary folders left"] += any(victim.temporary.iterdir())
        took = victim.run()
        assert set(marks(victim.reports)) == {turn}
        left = victim.left()
        assert not left, left
        usual = 0.8 * usual + 0.2 * took if turn not in found else usual
        says(f"{turn}: {name}, exit code {code}, {dict(seen)}")
    return seen


def main(turns: int, seed: int) -> None:
    """Print what was seen."""
    with tempfile.TemporaryDirectory(prefix="kills-", dir="/tmp") as folder:
        seen = kill(Victim(Path(folder)), turns, seed, lambda line: print(line, flush=True))
    print(f"{turns} kills, seed {seed}: every file whole, every next run good, nothing left.")
    for what, times in sorted(seen.items()):
        print(f"{what}: {times}")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*[*given, 200, 1][:2] if len(given) != 1 else [given[0], 1])
