"""What becomes of reports in a run that makes them in no time: in place, waiting, failed; and the gallery of it."""

import errno
import os

import pytest

from portfolio.errors import ReportError
from portfolio.params import load_params
from portfolio.report import gallery, journal, manifest, runner
from portfolio.report.folder import Folder
from portfolio.report.job import Choice
from portfolio.report.making import Outcome


def made(task, text):
    """The files of a report, without its notebook."""
    names = [f"{task.job.stem}.{ending}" for ending in ("en.html", "fr.html", "metrics.json")]
    for name in names:
        path = task.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Outcome(files=tuple(sorted(names)), seconds={"notebook": 1.0})


@pytest.fixture
def run(small, tmp_path, monkeypatch):
    """A function that runs the small portfolio; ``made`` is what each report holds, ``before`` is called at each."""
    path = small.write_portfolio(tmp_path)
    monkeypatch.setattr(runner, "GALLERY_SHARE", 1e9)

    def run(text="new", before=lambda: None, **options):
        def make(plan, tasks, folder, processes, client):
            for task in tasks:
                before()
                yield task, made(task, text)

        monkeypatch.setattr(runner, "_make", make)
        done = runner.run(load_params(path), run.reports, Choice(), **options)
        return {one.job.stem: one for one in done}

    run.reports, run.params = tmp_path / "reports", path
    return run


STEM = "2025-H1/small_review"


def test_the_gallery_is_written_after_each_report(run):
    index, told = run.reports / "index.html", []
    run(before=lambda: told.append(index.read_text().count('class="go"') if index.exists() else 0))
    assert told == [0, 1, 2, 3, 4]
    assert index.read_text().count('class="go"') == 5


def test_the_gallery_takes_a_small_part_of_a_run(run, monkeypatch):
    monkeypatch.setattr(runner, "GALLERY_SHARE", 1e-9)
    written = []
    monkeypatch.setattr(gallery, "write", lambda *given: written.append(given))
    run()
    assert len(written) == 2  # after the first, and at the end


def test_a_report_whose_place_is_taken_waits_and_the_others_are_published(run):
    run("old")
    taken = run.reports / f"{STEM}.fr.html"
    taken.unlink()
    (taken / "x").mkdir(parents=True)
    done = run("new", force=True)
    assert {stem: one.status for stem, one in done.items() if one.status != "published"} == {STEM: "waits"}
    assert (run.reports / f"{STEM}.en.html").read_text() == "old"
    assert (run.reports / "2024-H2/small_review.en.html").read_text() == "new"
    for page in ("index.html", "index.fr.html"):
        told = (run.reports / page).read_text()
        said = "waits: {} cannot be" if page == "index.html" else "attend\u00a0: {} ne peut"
        assert said.format(f"{STEM}.fr.html") in told

    (taken / "x").rmdir()
    taken.rmdir()
    assert {one.status for one in run().values()} == {"up to date"}
    assert (run.reports / f"{STEM}.en.html").read_text() == "new"
    assert "waits" not in (run.reports / "index.html").read_text()


def test_a_report_that_still_waits_is_not_made_again_until_something_changes(run):
    (run.reports / f"{STEM}.en.html/x").mkdir(parents=True)
    assert run()[STEM].status == "waits"
    assert not manifest.load(run.reports)["reports"].get(STEM)
    assert "waits: 2025-H1/small_review.en.html cannot be replaced" in (run.reports / "index.html").read_text()
    again = run("never made")[STEM]
    assert (again.status, again.seconds, again.blocked.file) == ("waits", 0, f"{STEM}.en.html")

    run.params.write_text(run.params.read_text().replace("min_customers: 3", "min_customers: 4"))
    assert run("made anew")[STEM].seconds == 1
    (run.reports / f"{STEM}.en.html/x").rmdir()
    (run.reports / f"{STEM}.en.html").rmdir()
    run()
    assert (run.reports / f"{STEM}.en.html").read_text() == "made anew"


@pytest.fixture
def full(monkeypatch):
    """A function that lets ``room`` bytes be written into the reports folder from now on; None is no bound."""
    real = Folder.create

    def fill(room):
        left = [room]

        def create(self, name, content):
            if left[0] is not None:
                left[0] -= len(content)
                if left[0] < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(self, name, content)

        monkeypatch.setattr(Folder, "create", create)

    return fill


@pytest.mark.parametrize("room", [0, 40_000, 150_000])
def test_a_full_disk_is_said_and_leaves_nothing_when_there_is_room_again(run, full, room):
    run("old")
    before = {path.name for path in run.reports.rglob("*") if path.is_file() and ".cache" not in path.parts}
    full(room)
    with pytest.raises(ReportError, match="No space left on device"):
        run("new" * 1000, force=True)
    for stem in manifest.load(run.reports)["reports"]:
        assert len({(run.reports / f"{stem}.{language}.html").read_text() for language in ("en", "fr")}) == 1
    full(None)
    done = run("newest", force=True)
    assert {one.status for one in done.values()} == {"published"}
    after = {path.name for path in run.reports.rglob("*") if path.is_file() and ".cache" not in path.parts}
    assert after == before
    assert not journal.waiting(Folder(run.reports))
