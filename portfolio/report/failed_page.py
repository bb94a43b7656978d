"""The page of a report that failed: which, with which parameters, what happened, what to do. No code in it."""

from __future__ import annotations

import datetime as dt

from portfolio.report import shell
from portfolio.report.failure import Failure
from portfolio.report.making import Task
from portfolio.show.words import Words


def write_failure(
    task: Task, failure: Failure, published: str | None, last_good: list[str], params_file: str
) -> list[str]:
    """Write a failed report's page in each language into the task's folder.

    Parameters
    ----------
    task, failure
        The report, and what happened.
    published
        When the last good version was made, as ISO text, or None.
    last_good
        Its files.
    params_file
        As seen from the reports folder.

    Returns
    -------
    list of str
        Every file of the failure, by its place in the reports folder.
    """
    files = task.folder / "files"
    for language in task.languages:
        path = files / f"{task.job.stem}.failed.{language}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        html = _page(task, failure, published, last_good, params_file, language)
        shell.check(html)
        path.write_text(html, encoding="utf-8", newline="\n")
    return sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())


def _page(
    task: Task, failure: Failure, published: str | None, last_good: list[str], params_file: str, language: str
) -> str:
    words = Words(language, task.currency, period=task.job.period, vocabulary=task.vocabulary)
    name = task.job.stem.rsplit("/", 1)[-1]
    title = task.job.notebook.title(words)
    facts = [
        (words.say("Report"), title),
        (words.say("Portfolio"), words.name(task.portfolio)),
        (words.say("Period"), words.period(task.job.period)),
        (words.say("Segment"), words.segment(task.job.scope) or words.say("the whole portfolio")),
        (words.say("Params file"), params_file),
        (words.say("Tried on"), words.time(dt.datetime.now(dt.UTC))),
    ]
    if failure.section:
        facts.append((words.say("Part of the report"), _heading(task, failure.section, words)))
    good = f"{task.job.stem}.{language}.html"
    last = None
    if published and good in last_good:
        day = words.date(dt.datetime.fromisoformat(published).date())
        last = shell.Link(f"{name}.{language}.html", words.say("Read the last good version, of {date}", date=day))
    heading = words.say("This report could not be made: {report}", report=title)
    links = shell.language_links(task.languages, language, name + ".failed.{language}.html")
    return (
        shell.environment()
        .get_template("failed.html.j2")
        .render(
            page=shell.shell(words, heading, links),
            heading=[heading],
            gallery=shell.Link("../" * task.job.stem.count("/") + f"index.{language}.html", words.say("All reports")),
            facts=facts,
            happened_label=words.say("What happened"),
            happened=failure.happened(words).splitlines(),
            advice_label=words.say("What to do"),
            advice=failure.advice(words),
            which_label=words.say("Which report"),
            last=last,
        )
    )


def _heading(task: Task, section: str, words: Words) -> str:
    """Return a heading of the notebook in the reader's language: whole cells are what is translated."""
    import json

    cells = json.loads(task.job.notebook.path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        source = "".join(cell["source"])
        lines = source.splitlines()
        for place, line in enumerate(lines):
            if cell["cell_type"] == "markdown" and line.lstrip("# ").strip() == section and line.startswith("#"):
                there = words.translate_markdown(source).splitlines()
                return there[place].lstrip("# ").strip() if place < len(there) else section
    return section
