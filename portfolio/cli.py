"""The command: ``portfolio run``, ``plan``, ``check``, ``load`` and ``prune``.

Exit codes: 0 all published; 1 some report failed; 2 the params or the data are unusable, nothing was run;
3 another run holds the folder; 4 a source is late; 70 something unforeseen. Libraries that read data or draw are
imported when they are needed: ``--help`` must not wait for them.
"""

import datetime as dt
import errno
import logging
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

import portfolio
from portfolio.errors import N_, BusyError, DataError, ParamsError, PortfolioError, ReportError
from portfolio.params.checks import LANGUAGES
from portfolio.report import notify as notifying
from portfolio.report.log import JSON, NOT_RUN, TEXT, Log
from portfolio.secrets import hidden
from portfolio.show.words import Words

FAILED, UNUSABLE, BUSY, LATE, UNFORESEEN, INTERRUPTED = 1, 2, 3, 4, 70, 130
# What is wrong with a place rather than with the program: no room, no right, no such name.
PLACES = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENAMETOOLONG, errno.ENOTDIR,
)  # fmt: skip
# Ctrl-C, a scheduler that stops the run, a terminal that goes.
STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def language() -> str:
    """Return the language of the terminal, as the environment says it; English when it says another."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    code = told.partition("_")[0].partition(".")[0].lower()
    return code if code in LANGUAGES else "en"


def build(words: Words) -> typer.Typer:
    """Return the command in a language."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=words.say(
            "From an order file to reports on a customer portfolio: "
            "who the customers are, what they are worth, who is leaving, and what to do."
        ),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    File = Annotated[
        Path, typer.Argument(metavar="FILE", help=words.say("The params file, as params/demo.yml."), show_default=False)
    ]
    Folder = Annotated[
        Path, typer.Option("--reports-dir", metavar="DIR", help=words.say("Where the reports are published."))
    ]
    Notebook = Annotated[
        str | None, typer.Option("--notebook", metavar="N", help=words.say("Only the reports of this notebook."))
    ]
    Period = Annotated[
        str | None,
        typer.Option(
            "--period",
            metavar="P",
            help=words.say("This period in place of the file's: 2025-H2, 2025-Q3, 2025, latest, 2024-H1..latest."),
        ),
    ]
    Segment = Annotated[
        str | None,
        typer.Option(
            "--segment", metavar="DIM=VALUE", help=words.say("This segment in place of the file's: region=Bretagne.")
        ),
    ]
    Parameters = Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="NAME=VALUE",
            help=words.say("A parameter of the notebook's own: customer_id=C00123. Can be given several times."),
        ),
    ]
    AsOf = Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help=words.say(
                "The day that latest and what is expected are counted from, as 2026-01-31; today by default."
            ),
        ),
    ]
    Force = Annotated[bool, typer.Option("--force", help=words.say("Make the reports that are up to date too."))]
    Workers = Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            metavar="N",
            help=words.say("Reports made at a time; by default one a processor, as far as memory allows."),
        ),
    ]

    Json = Annotated[bool, typer.Option("--json", help=words.say("Say it as one JSON document."))]
    Scheduler = Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help=words.say("Make the reports on the Dask cluster of this scheduler: tcp://machine:8786."),
        ),
    ]
    Notify = Annotated[
        str | None,
        typer.Option(
            "--notify",
            metavar="COMMAND",
            help=words.say("Run when something failed: a command of the shell, given a summary on its standard input."),
        ),
    ]
    LogFile = Annotated[
        Path | None, typer.Option("--log", metavar="FILE", help=words.say("Add a line a report to this file."))
    ]
    LogFormat = Annotated[
        str, typer.Option("--log-format", metavar="text|json", help=words.say("How the lines are written."))
    ]
    Quiet = Annotated[bool, typer.Option("--quiet", help=words.say("Say nothing but what failed."))]

    @app.callback()
    def everything(
        version: Annotated[
            bool, typer.Option("--version", help=words.say("Say the version."), is_eager=True, callback=_say_version)
        ] = False,
    ) -> None:
        pass

    @app.command(help=words.say("Make every report that the params file asks for."))
    def run(
        file: File,
        reports_dir: Folder = Path("reports"),
        notebook: Notebook = None,
        period: Period = None,
        segment: Segment = None,
        parameter: Parameters = None,
        as_of: AsOf = None,
        workers: Workers = None,
        force: Force = False,
        scheduler: Scheduler = None,
        notify: Notify = None,
        log: LogFile = None,
        log_format: LogFormat = "text",
        quiet: Quiet = False,
    ) -> None:
        lines: list[Log] = []

        def tell(text: str) -> None:
            if notify and (problem := notifying.send(words, notify, text)):
                typer.echo(problem, err=True)

        def not_run(why: str) -> None:
            for one in lines:
                with suppress(DataError):
                    one.add(None, NOT_RUN, why=why)
            tell(notifying.not_run_summary(words, why, file))

        with _plain_errors(words, not_run, quiet):
            if log_format not in (TEXT, JSON):
                raise ParamsError(N_('--log-format "{given}" is not known. Allowed: text, json.'), given=log_format)
            lines += [Log(log, log_format)] if log else []
            from portfolio.report.terminal import run_reports

            if scheduler and workers:
                raise ParamsError(N_("--workers is of this machine: a cluster has workers of its own. Leave one out."))
            choice = _choice(notebook, period, segment, as_of, parameter)
            done, late = run_reports(
                words, file, reports_dir, choice,
                processes=workers, force=force, scheduler=scheduler, quiet=quiet, log=lines[0] if lines else None,
            )  # fmt: skip
            failed = any(one.failure or one.blocked for one in done)
            if failed:
                tell(notifying.failed_summary(words, done, file, reports_dir))
        raise typer.Exit(FAILED if failed else LATE if late else 0)

    @app.command(help=words.say("List the reports, and which are up to date; run nothing."))
    def plan(
        file: File,
        reports_dir: Folder = Path("reports"),
        notebook: Notebook = None,
        period: Period = None,
        segment: Segment = None,
        parameter: Parameters = None,
        as_of: AsOf = None,
        force: Force = False,
        as_json: Json = False,
    ) -> None:
        with _plain_errors(words):
            from portfolio.report.terminal import list_reports

            choice = _choice(notebook, period, segment, as_of, parameter)
            list_reports(words, file, reports_dir, choice, force=force, as_json=as_json)

    @app.command(help=words.say("Read the sources: rows read, kept and set aside, and the state of the customer file."))
    def check(file: File, as_of: AsOf = None, as_json: Json = False) -> None:
        with _plain_errors(words):
            from portfolio.report.terminal import check_sources

            late = check_sources(words, file, _day(as_of), as_json=as_json)
        raise typer.Exit(LATE if late else 0)

    @app.command(help=words.say("Read and clean the sources, and write the clean tables to a database."))
    def load(
        file: File,
        to: Annotated[
            str,
            typer.Option(
                "--to",
                metavar="URL",
                help=words.say("The database, as postgres://user@host/database/schema, or spark."),
                show_default=False,
            ),
        ],
    ) -> None:
        with _plain_errors(words):
            from portfolio.report.terminal import load_tables

            load_tables(words, file, to)

    @app.command(help=words.say("Delete the reports of older periods; their figures stay, for comparison."))
    def prune(
        file: File,
        keep: Annotated[
            int, typer.Option("--keep", min=1, metavar="N", help=words.say("Periods of each report that stay."))
        ],
        reports_dir: Folder = Path("reports"),
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help=words.say("Delete nothing, say what would be."))
        ] = False,
    ) -> None:
        with _plain_errors(words):
            from portfolio.report.terminal import prune_reports

            prune_reports(words, file, reports_dir, keep, dry=dry_run)

    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"portfolio {portfolio.__version__}")
        raise typer.Exit


def _choice(
    notebook: str | None, period: str | None, segment: str | None, as_of: str | None, parameters: list[str] | None
):
    from portfolio.report.job import Choice

    given = [text.partition("=") for text in parameters or ()]
    for name, equals, _value in given:
        if not (name and equals):
            raise ParamsError(N_('--parameter "{given}" cannot be read: write name=value.'), given=name)
    return Choice(notebook, period, segment, _day(as_of), tuple((name, value) for name, _equals, value in given))


def _day(as_of: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise ParamsError(N_('--as-of "{given}" is not a day: write it as 2026-01-31.'), given=as_of) from error


@contextmanager
def _plain_errors(
    words: Words, on_unusable: Callable[[str], None] = lambda why: None, quiet: bool = False
) -> Iterator[None]:
    """Say errors as sentences, and end with the exit code they stand for.

    Where the params or the data cannot be used, ``on_unusable`` is given the sentence too.
    """
    everything = logging.getLogger("portfolio")
    said = _Said(words, quiet)
    everything.addHandler(said)
    stopped: list[int] = []

    def stop(number: int, _frame: object) -> None:
        """End as on Ctrl-C when a scheduler stops the run; once is enough, and what cleans up is not to be stopped."""
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        stopped.append(number)
        raise KeyboardInterrupt

    # What is ignored, as nohup has it, stays so.
    before = {number: now for number in STOPS if (now := signal.getsignal(number)) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop)
    try:
        _check_standing()
        yield
        if sys.stdout:
            sys.stdout.flush()
    except PortfolioError as error:
        _leave_when(stopped, words)
        typer.echo(words.explain(error), err=True)
        if isinstance(error, BusyError):
            raise typer.Exit(BUSY) from None
        if isinstance(error, ReportError):
            raise typer.Exit(FAILED) from None
        on_unusable(words.explain(error))
        raise typer.Exit(UNUSABLE) from None
    except KeyboardInterrupt:
        _leave_when([signal.SIGINT], words)
    except BrokenPipeError:
        # The reader of our output, as head, has had enough.
        _let_go_of_output()
        raise typer.Exit(FAILED) from None
    except typer.Exit:
        raise
    except Exception as error:
        _leave_when(stopped, words)
        of_the_machine = isinstance(error, OSError) and error.errno in PLACES
        told = _of_a_place(words, error) if of_the_machine else _unforeseen(words, error)
        typer.echo(told, err=True)
        on_unusable(told)
        _let_go_of_output()
        raise typer.Exit(UNUSABLE if of_the_machine else UNFORESEEN) from None
    finally:
        everything.removeHandler(said)
        for number, handler in before.items():
            signal.signal(number, handler)


def _check_standing() -> None:
    try:
        os.getcwd()
    except OSError as error:
        raise ParamsError(N_("The working folder is gone ({why}): go to another one."), why=error.strerror) from error


def _of_a_place(words: Words, error: OSError) -> str:
    """Return the sentence on a place that cannot be written to or read: full, of another user, gone."""
    why = error.strerror
    if error.filename is None:
        return words.say("There is no room left to write in, or no right to ({why}).", why=why)
    return words.say("{file} cannot be written or read ({why}).", file=error.filename, why=why)


def _unforeseen(words: Words, error: Exception) -> str:
    """Keep an error that nobody foresaw in a log of its own, and return the sentence that says so."""
    lines = str(error).strip().splitlines()
    what = hidden(f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__)
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="portfolio-", suffix=".log", delete=False, errors="backslashreplace"
        ) as log:
            log.write(f"portfolio {portfolio.__version__}, Python {sys.version}\n\n")
            log.write(hidden("".join(traceback.format_exception(error))))
    except OSError as problem:
        return words.say(
            "Something unforeseen happened ({what}), and no log of it could be written ({why}).",
            what=what,
            why=problem.strerror,
        )
    return words.say(
        "Something unforeseen happened ({what}). All that is known of it is in {log}.", what=what, log=log.name
    )


def _let_go_of_output() -> None:
    """Leave nothing for Python to write when it ends, where the output takes no more."""
    if not sys.stdout:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Said(logging.Handler):
    """Says what the package warns of, in the terminal's language."""

    def __init__(self, words: Words, quiet: bool) -> None:
        super().__init__()
        self._words, self._quiet = words, quiet

    def emit(self, record: logging.LogRecord) -> None:
        if not self._quiet:
            typer.echo(self._words.note(record.msg), err=True)


def _leave_when(stopped: list[int], words: Words) -> None:
    """End a run that was stopped: a library may have made an error of its own of that."""
    if stopped:
        typer.echo(words.say("Stopped. The reports published before stand as they were."), err=True)
        raise typer.Exit(INTERRUPTED) from None


def main() -> None:
    """Run the command in the terminal's language."""
    build(Words(language()))()
