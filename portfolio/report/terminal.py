"""What the command shows: bars and tables on a terminal, one plain line a report elsewhere."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from portfolio.base import store
from portfolio.base.arrival import Late, late_sources
from portfolio.base.cleaning import clean_tables
from portfolio.base.engine import Elsewhere
from portfolio.base.loaded import load
from portfolio.errors import N_, DataError
from portfolio.params import load_params
from portfolio.params.checks import server
from portfolio.report import customer_file, late, machines, outcomes, prune, runner
from portfolio.report.job import Choice
from portfolio.report.log import Log
from portfolio.review.opening import topics_of, unused_tables
from portfolio.show.words import Words
from portfolio.sources.ledger import Ledger


def run_reports(
    words: Words,
    file: Path,
    reports_dir: Path,
    choice: Choice,
    *,
    processes: int | None,
    force: bool,
    scheduler: str | None = None,
    quiet: bool = False,
    log: Log | None = None,
) -> tuple[list[runner.Done], int]:
    """Make the reports, tell of each, end with the path of the gallery; with ``quiet`` tell of failures alone.

    Returns what became of each, and how many sources are late.
    """
    params = load_params(file)
    console = Console(highlight=False)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )
    with bar:
        shown = bar.add_task(words.say("Reading the sources"), total=None)

        sources: list[Late] = []

        def on_plan(plan: runner.Plan) -> None:
            sources.extend(plan.late)
            for table, note in () if quiet else Ledger.from_dict(plan.ledger).doubts:
                told = words.say("{table}, to settle: {doubt}", table=table, doubt=words.note(note))
                _say_aside(told, "yellow", bar.console if console.is_terminal else None)
            bar.update(shown, description=words.say("Making the reports"), total=len(plan.jobs))

        def on_done(done: runner.Done) -> None:
            bar.advance(shown)
            warnings = (done.record or {}).get("warnings", ())
            why = done.failure.told(words) if done.failure else done.blocked.told(words) if done.blocked else ""
            if not (quiet or console.is_terminal):
                print(_line(words, done), flush=True)
            told = bar.console if console.is_terminal and not quiet else None
            for warning in () if quiet else warnings:
                _say_aside(f"{done.job.stem}: {warning}", "yellow", told)
            if why:
                _say_aside(f"{done.job.name}: {why}", "red", told)
            try:
                if log:
                    log.add(done.job.stem, done.status, done.seconds, why, warnings)
            except DataError as problem:  # the reports go on
                _say_aside(words.explain(problem), "red", told)

        done = runner.run(
            params,
            reports_dir,
            choice,
            processes=processes,
            force=force,
            scheduler=scheduler,
            on_plan=on_plan,
            on_done=on_done,
        )
    if quiet:
        _say_late(words, sources)
        return done, len(sources)
    counts = Counter(one.status for one in done)
    print(
        words.say(
            "{published} published, {current} up to date, {failed} failed.",
            published=counts[outcomes.PUBLISHED],
            current=counts[runner.CURRENT],
            failed=counts[outcomes.FAILED],
        )
    )
    if waiting := counts[runner.WAITS]:
        print(words.plural("{n} report waits for its place.", "{n} reports wait for their places.", waiting))
    _say_late(words, sources)
    print(reports_dir / "index.html")
    return done, len(sources)


def _status(words: Words, status: str) -> str:
    return {
        outcomes.PUBLISHED: words.say("published"),
        outcomes.FAILED: words.say("failed"),
        runner.CURRENT: words.say("up to date"),
        runner.WAITS: words.say("waits"),
    }[status]


def _line(words: Words, done: runner.Done) -> str:
    took = f" ({words.number(done.seconds, 1)} s)" if done.seconds else ""
    return f"{done.job.stem}: {_status(words, done.status)}{took}"


def _say_aside(text: str, style: str, console: Console | None) -> None:
    """Say a failure or a warning: above the bar on a terminal, else on standard error."""
    text = "\n".join(map(_one_line, text.splitlines()))
    if console:
        console.print(Text(text, style=style))
    else:
        print(text, file=sys.stderr, flush=True)


def _say_late(words: Words, sources: Iterable[Late]) -> None:
    console = Console(stderr=True, highlight=False)
    for source in sources:
        _say_aside(late.said(words, source), "red", console if console.is_terminal else None)


def list_reports(
    words: Words, file: Path, reports_dir: Path, choice: Choice, *, force: bool, as_json: bool = False
) -> None:
    """List the jobs, and which are up to date; as JSON, each as papermill needs it."""
    with runner.prepare(load_params(file), reports_dir, choice, force, save=False) as (plan, _folder):
        if as_json:
            machines.say(machines.plan_of(plan, reports_dir))
            return
        rows = [
            (one.job.stem, one.job.notebook.name, one.job.period, one.job.segment, _state(words, one))
            for one in plan.jobs
        ]
    heads = (N_("Report"), N_("Notebook"), N_("Period"), N_("Segment"), N_("State"))
    _show([words.say(head) for head in heads], rows, "")
    print(words.say("{n} reports, {waiting} to make.", n=len(rows), waiting=len(plan.waiting)))
    _say_late(words, plan.late)


def prune_reports(words: Words, file: Path, reports_dir: Path, keep: int, *, dry: bool) -> None:
    """Delete the reports of older periods and what the cache no longer uses, and say which; ``dry`` only says it."""
    old, freed = prune.prune(load_params(file), reports_dir.absolute(), keep, dry=dry)
    for stem in old.reports:
        print(stem)
    n, files = len(old.reports), words.plural("{n} file", "{n} files", len(old.files))
    if dry:
        said = words.plural(
            "{n} report would be deleted, {files}.", "{n} reports would be deleted, {files}.", n, files=files
        )
    else:
        said = words.plural("{n} report deleted, {files}.", "{n} reports deleted, {files}.", n, files=files)
    print(said)
    if freed:
        print(words.say("{megabytes} MB of the cache were of no use any more.", megabytes=words.number(freed / 1e6, 1)))


NO_BREAK_SPACES = "\u00a0\u202f"
WHY = {
    "first": N_("not made yet"),
    "forced": N_("asked for"),
    "failed": N_("failed last time"),
    "missing": N_("its files are gone"),
    "parameters": N_("its parameters changed"),
    "params": N_("the params file changed"),
    "topics": N_("a topic of your own changed"),
    "notebook": N_("the notebook changed"),
    "code": N_("the package changed"),
    "versions": N_("a library changed"),
}


def _state(words: Words, planned: runner.Planned) -> str:
    if planned.waits:
        return words.say("waits")
    if planned.current:
        return words.say("up to date")
    tables = [name for name in planned.why if name not in WHY]
    why = [words.say(WHY[name]) for name in planned.why if name in WHY]
    why += [words.say("other rows in {tables}", tables=", ".join(tables))] if tables else []
    return words.say("to make: {why}", why=", ".join(why))


def check_sources(words: Words, file: Path, as_of: dt.date | None = None, *, as_json: bool = False) -> int:
    """Read and clean the sources, and show the ledger and the state of the customer file; return how many are late."""
    params = load_params(file)
    clean, unused = store.open_tables(params), unused_tables(params, topics_of(params))
    sources = late_sources(params, clean, as_of or dt.date.today())
    if as_json:
        lines, currency = clean.lines_by_reason(), params.portfolio.currency
        machines.say(machines.check_of(clean.ledger, lines, unused, sources, currency))
        return len(sources)
    number = words.number
    heads = (N_("Table"), N_("Source"), N_("Rows read"), N_("Rows kept"), N_("Set aside"), N_("Share"))
    rows, reasons, money = [], [], clean.lines_by_reason()
    for table in clean.ledger.tables:
        aside = table.rows_read - table.rows_kept
        share = words.percent(aside / table.rows_read if table.rows_read else None)
        rows.append(
            (table.table, _nearby(table.source), number(table.rows_read), number(table.rows_kept), number(aside), share)
        )
        for one in filter(lambda reason: reason.rows, table.set_aside):
            first, *others = [*map(str, one.examples)] or [""]
            lines = money.get(one.reason) if table.table == "orders" else None
            aside = Words(words.language, params.portfolio.currency).money(lines.money, digits=2) if lines else ""
            reasons.append((table.table, words.label(one.reason), number(one.rows), aside, first))
            reasons += [("", "", "", "", other) for other in others]
    _show([words.say(head) for head in heads], rows, words.say("Rows read"), right=(2, 3, 4, 5))
    if reasons:
        heads = (N_("Table"), N_("Reason"), N_("Rows"), N_("Money"), N_("Examples"))
        _show([words.say(head) for head in heads], reasons, words.say("Rows set aside, and why"), right=(2, 3))
    for table in clean.ledger.tables:
        notes = [words.note(note) for note in table.notes if not note.doubt]
        if table.duplicates:
            notes.insert(0, words.plural("{n} exact duplicate row", "{n} exact duplicate rows", table.duplicates))
        if table.table in unused:
            notes.append(words.say("no measure uses this table"))
        for note in notes:
            print(f"{table.table}: {note}")
    for table, note in clean.ledger.doubts:
        print(words.say("{table}, to settle: {doubt}", table=table, doubt=words.note(note)))
    columns = customer_file.columns(clean)
    if columns:
        heads = (N_("Column"), N_("Filled"), N_("Share"), N_("Different values"))
        rows = [(words.label(c.name), number(c.filled), words.percent(c.share), number(c.different)) for c in columns]
        title = words.say("The customer file: {n} customers", n=number(columns[0].rows))
        _show([words.say(head) for head in heads], rows, title, right=(1, 2, 3))
    _say_late(words, sources)
    return len(sources)


def load_tables(words: Words, file: Path, url: str) -> None:
    """Read and clean the sources, and write the clean tables to a database."""
    params = load_params(file)
    target = Elsewhere(server(url))
    clean = clean_tables(params, topics_of(params).classes)

    def say(table: str, rows: int) -> None:
        print(f"{table}: " + words.plural("{n} row", "{n} rows", rows))

    load(clean, target, say)


def _show(heads: list[str], rows: list[tuple[str, ...]], title: str, right: tuple[int, ...] = ()) -> None:
    """Print a table: drawn on a terminal, separated by tabs elsewhere."""
    console = Console(highlight=False)
    if not console.is_terminal:
        print(*filter(None, [title, "\t".join(heads)]), sep="\n")
        for row in rows:
            print("\t".join(map(_one_line, row)))
        return
    table = Table(title=title or None, title_justify="left")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_one_line(cell)) for cell in row))
    console.print(table)


def _nearby(source: str) -> str:
    """Return a path as seen from here, where it is below."""
    path = Path(source)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else source


def _one_line(text: str) -> str:
    """Return a text of the data without what would move the cursor or break the line."""
    kept = NO_BREAK_SPACES  # which are not printable, says Python
    return "".join(character if character.isprintable() or character in kept else " " for character in text)
