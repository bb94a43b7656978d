"""Telling someone of a run that failed: a command of theirs, given a summary as plain text on its standard input."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path

from portfolio.show.words import Words

# A command that hangs must not hold a schedule.
PATIENCE_SECONDS = 60


def failed_summary(words: Words, done: Iterable, file: Path, reports_dir: Path) -> str:
    """Return what failed in a run, why, where its page is, and which version stands.

    Parameters
    ----------
    words
        Of the terminal's language.
    done
        The ``Done`` of each report of the run.
    file, reports_dir
        The params file, and where the reports are published.
    """
    reports_dir, done = reports_dir.absolute(), list(done)
    failed, waiting = [one for one in done if one.failure], [one for one in done if one.blocked and not one.failure]
    others = len(done) - len(failed) - len(waiting)
    good = words.plural("{n} is published or up to date", "{n} are published or up to date", others)
    bad = [words.plural("{n} report failed", "{n} reports failed", len(failed))] if failed else []
    if waiting:
        bad.append(words.plural("{n} report waits", "{n} reports wait", len(waiting)))
    first = failed[0].record if failed else waiting[0].blocked.record
    parts = [words.say("{portfolio}: {failed}, {others}.", portfolio=first["portfolio"], failed=", ".join(bad), others=good)]
    parts += [f"{one.job.stem}\n{one.blocked.told(words)}" for one in waiting]
    for one in failed:
        page = _page(words.language, one.record["failed_files"], f"{one.job.stem}.failed.")
        last = _page(words.language, one.record["files"], f"{one.job.stem}.")
        day = one.record["published"] and words.date(dt.datetime.fromisoformat(one.record["published"]).date())
        lines = [
            one.job.stem,
            words.say("What happened: {what}", what=one.failure.told(words)),
            words.say("What to do: {what}", what=one.failure.advice(words)),
            words.say("Page: {path}", path=reports_dir / page) if page else "",
            words.say("Last good version, of {date}: {path}", date=day, path=reports_dir / last)
            if last
            else words.say("There is no good version yet."),
        ]
        parts.append("\n".join(filter(None, lines)))
    gallery = words.say("All reports: {path}", path=reports_dir / "index.html")
    parts.append(words.say("Params file: {path}", path=file.absolute()) + "\n" + gallery)
    return "\n\n".join(parts) + "\n"


def not_run_summary(words: Words, why: str, file: Path) -> str:
    """Return why a run could not begin."""
    parts = [
        words.say("The reports could not be made: nothing was run."),
        why,
        words.say("Params file: {path}", path=file.absolute()),
    ]
    return "\n\n".join(parts) + "\n"


def _page(language: str, files: Iterable[str], start: str) -> str:
    """Return a report's page in a language, or in the first it has."""
    pages = sorted(name for name in files if name.startswith(start) and name.endswith(".html"))
    return next((name for name in pages if name == f"{start}{language}.html"), pages[0] if pages else "")


def send(words: Words, command: str, text: str) -> str:
    """Run a command in the shell with a text on its standard input; return what is to be said of it, if anything.

    What it prints goes to our standard error.
    """
    try:
        process = subprocess.Popen(
            command, shell=True, stdin=subprocess.PIPE, stdout=2, encoding="utf-8", start_new_session=True
        )
    except OSError as error:
        return words.say("The command of --notify could not be run: {why}.", why=error.strerror)
    try:
        process.communicate(text, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return words.say("The command of --notify was ended after {seconds} s.", seconds=PATIENCE_SECONDS)
    finally:
        if process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
            process.wait()
    if process.returncode:
        return words.say("The command of --notify failed, with exit code {code}.", code=process.returncode)
    return ""
