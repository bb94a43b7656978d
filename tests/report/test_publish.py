"""Putting into place: whole or not at all, one run at a time, and a killed run mended by the next."""

import errno
import json
import logging
import os
import subprocess
import sys
from functools import partial

import pytest

from portfolio.errors import BusyError, DataError
from portfolio.report import journal, manifest, publish
from portfolio.report.folder import Folder

STEM = "2025-H1/review"
FILES = ("2025-H1/review.en.html", "2025-H1/review.fr.html", "2025-H1/actions/call.xlsx")
OLD = (*FILES, "2025-H1/actions/gone.csv")


def record(files=FILES, **other):
    base = {"portfolio": "Small", "notebook": "review", "opening": "# Review", "compares": False, "period": "2025-H1"}
    base |= {"segment": "", "folder": "", "finished": "2025-07-02T08:00:00+00:00", "files": list(files)}
    return base | {"published": base["finished"], "status": "published"} | other


def write(folder, files, text):
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def made(tmp_path):
    """A function that makes the files of a report, as a worker does."""

    def make(text="new", files=FILES, place="made"):
        write(tmp_path / place, files, text)
        return tmp_path / place

    return make


@pytest.fixture
def reports(tmp_path):
    """A folder where an old version of the report stands."""
    folder = tmp_path / "reports"
    write(folder, OLD, "old")
    manifest.put(folder, STEM, record(OLD))
    return folder


def texts(reports):
    """What the files of the report hold, those that stand."""
    return {name: (reports / name).read_text() for name in OLD if (reports / name).exists()}


NEW_STANDS, OLD_STANDS = dict.fromkeys(FILES, "new"), dict.fromkeys(OLD, "old")
publishes = partial(publish.Held.publish, stem=STEM, record=record(), remove=[OLD[-1], "2025-H1/never.csv"])


def left(reports):
    """What stands in the folder beside reports."""
    return sorted(path.name for path in reports.iterdir() if path.name not in (publish.LOCK, "2025-H1", manifest.NAME))


def test_a_report_comes_into_place_with_its_record_and_without_what_it_no_longer_has(reports, made):
    with publish.hold(reports) as held:
        assert publishes(held, made()) is None
    assert texts(reports) == NEW_STANDS
    assert manifest.load(reports)["reports"] == {STEM: record()}
    assert left(reports) == []


def test_a_run_killed_before_a_report_was_decided_leaves_the_old_one(reports):
    write(reports / journal.WORK / "1-a", ["0", "1"], "new")
    (reports / f".{'0' * 32}.tmp").write_text("half")
    with publish.hold(reports) as held:
        assert held.blocked == {}
    assert texts(reports) == OLD_STANDS
    assert left(reports) == []


class Crash(BaseException):
    """The end of the process."""


@pytest.fixture
def crash(monkeypatch):
    """A function that runs another until it changes the disk for the n-th time, after which nothing can be changed any
    more; it says whether it came so far."""

    def run(what, n):
        done = 0

        def counted(real):
            def call(*args, **kwargs):
                nonlocal done
                done += 1
                if done > n:
                    raise Crash
                return real(*args, **kwargs)

            return call

        with monkeypatch.context() as patched:
            for name in ("replace", "rename", "unlink", "rmdir", "link", "mkdir", "fsync"):
                patched.setattr(os, name, counted(getattr(os, name)))
            try:
                what()
            except Crash:
                return True
            return False

    return run


def test_a_run_that_ends_at_any_change_of_the_disk_leaves_the_old_report_or_the_new(reports, made, crash):
    """Every rename, removal, folder and write of publishing, one after the other; the next run finishes."""

    def run():
        with publish.hold(reports) as held:
            publishes(held, made())

    seen, n = set(), 0
    while crash(run, n):
        with publish.hold(reports) as held:
            assert held.blocked == {}
        assert texts(reports) in (OLD_STANDS, NEW_STANDS), n
        is_new = texts(reports) == NEW_STANDS
        assert manifest.load(reports)["reports"][STEM]["files"] == list(FILES if is_new else OLD), n
        assert left(reports) == [], n
        seen.add(is_new)
        write(reports, OLD, "old")
        manifest.put(reports, STEM, record(OLD))
        n += 1
    assert seen == {True, False}
    assert n > 30


def test_the_recovery_can_be_killed_too(reports, made, crash):
    def recover():
        with publish.hold(reports):
            pass

    with publish.hold(reports) as held:
        journal.decide(held.folder, made(), STEM, record(), [OLD[-1]])
    n = 0
    while crash(recover, n):
        n += 1
        assert n < 60
    assert texts(reports) == NEW_STANDS
    assert left(reports) == []


def test_a_run_stopped_while_renaming_finishes_the_report_that_it_had_decided(reports, made):
    def run():
        with publish.hold(reports) as held:
            journal.decide(held.folder, made(), STEM, record(), [OLD[-1]])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert texts(reports) == NEW_STANDS
    assert left(reports) == []


@pytest.fixture(params=[*FILES, OLD[-1], manifest.NAME])
def locked(request, reports, monkeypatch):
    """A file that nobody may rename away or over, as Windows keeps a workbook that is open; and a way to free it."""
    real = os.replace

    def replace(source, target, **other):
        if request.param.rpartition("/")[2] in (source, target):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(source, target, **other)

    monkeypatch.setattr(os, "replace", replace)
    return request.param, lambda: monkeypatch.setattr(os, "replace", real)


def test_a_report_one_file_of_which_is_locked_waits_whole_and_the_next_run_puts_it_in_place(reports, made, locked):
    name, free = locked
    with publish.hold(reports) as held:
        blocked = publishes(held, made())
        assert (blocked.file, blocked.why) == (name, "Permission denied")
        assert texts(reports) == OLD_STANDS
        if name != manifest.NAME:
            # the others go on
            other = made(files=["2025-H1/other.en.html"], place="other")
            assert held.publish(other, "2025-H1/other", record(["2025-H1/other.en.html"]), []) is None
            assert (reports / "2025-H1/other.en.html").read_text() == "new"
    with publish.hold(reports) as held:
        assert held.blocked.keys() == {STEM}
        assert texts(reports) == OLD_STANDS
    free()
    with publish.hold(reports) as held:
        assert held.blocked == {}
    assert texts(reports) == NEW_STANDS
    assert manifest.load(reports)["reports"][STEM] == record()
    assert left(reports) == []


def test_of_a_report_that_waits_the_last_version_comes_into_place(reports, made):
    (reports / FILES[0]).unlink()
    write(reports / FILES[0], ["x"], "a folder in its place")
    with publish.hold(reports) as held:
        assert publishes(held, made("newer")).why == "Is a directory"
        assert publishes(held, made("newest")).file == FILES[0]
        assert len(journal.waiting(held.folder)) == 1
    (reports / FILES[0] / "x").unlink()
    (reports / FILES[0]).rmdir()
    with publish.hold(reports) as held:
        assert held.blocked == {}
    assert texts(reports) == dict.fromkeys(FILES, "newest")


@pytest.fixture
def waits(reports, made):
    """A decided report of a run that was killed: its place in the journal."""
    with publish.hold(reports) as held:
        entry = journal.decide(held.folder, made(), STEM, record(), [OLD[-1]])
        os.rename(reports / journal.WORK, reports / "kept")
    os.rename(reports / "kept", reports / journal.WORK)
    return reports / entry.place


def _told(waits, **other):
    path = waits / journal.READY
    path.write_text(json.dumps(json.loads(path.read_text()) | other))


SPOILT = {
    "cut short": lambda waits: (waits / journal.READY).write_text('{"stem": "2025-H1'),
    "empty": lambda waits: (waits / journal.READY).write_text(""),
    "deep": lambda waits: (waits / journal.READY).write_text("[" * 100_000),
    "of another program": lambda waits: (waits / journal.READY).write_text("[1]"),
    "a file torn": lambda waits: (waits / "1").write_text("ne"),
    "a file missing": lambda waits: (waits / "1").unlink(),
    "a link for a file": lambda waits: ((waits / "1").unlink(), (waits / "1").symlink_to("/etc/passwd")),
    "leads out": lambda waits: _told(waits, remove=["../victim"]),
    "absolute": lambda waits: _told(waits, remove=["/etc/passwd"]),
    "a stem that leads out": lambda waits: _told(waits, stem="../x"),
    "no record": lambda waits: _told(waits, record={}),
    "a record that leads out": lambda waits: _told(waits, record=record(["../x"])),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_torn_or_foreign_journal_is_set_aside_and_said(reports, waits, spoil, caplog):
    (reports.parent / "victim").write_text("mine")
    spoil(waits)
    with caplog.at_level(logging.WARNING), publish.hold(reports) as held:
        assert held.blocked == {}
    assert "it was moved to" in str(caplog.records[0].msg)
    assert texts(reports) == OLD_STANDS
    assert (reports.parent / "victim").read_text() == "mine"
    assert left(reports) == [journal.ASIDE]
    caplog.clear()
    with publish.hold(reports):
        pass
    assert not caplog.records


def test_a_second_version_of_a_report_in_the_journal_is_not_foreign(reports, made, caplog):
    """A run killed between deciding a version and taking an earlier one away."""
    with publish.hold(reports) as held:
        first = journal.decide(held.folder, made("newer"), STEM, record(), [])
        os.rename(reports / first.place, reports / "kept")
        second = journal.decide(held.folder, made(), STEM, record(), [OLD[-1]])
        os.rename(reports / "kept", reports / first.place)
        assert first.place < second.place
    with publish.hold(reports):
        pass
    assert texts(reports) == NEW_STANDS
    assert not caplog.records
    assert left(reports) == []


@pytest.mark.parametrize("link", ["2025-H1", ".work", "2025-H1/review.en.html", manifest.NAME])
def test_no_link_is_followed(reports, made, tmp_path, link, caplog):
    """A folder that is a link is not entered; a file that is one is replaced, and what it leads to stays."""
    outside = tmp_path / "outside"
    write(outside, ["file", "review.en.html"], "mine")
    path = reports / link
    if link == manifest.NAME:
        (outside / "file").write_text(path.read_text())
    if path.exists():
        path.rename(tmp_path / "away")
    path.symlink_to(outside / "file" if path.suffix else outside)
    before = {path: path.read_text() for path in outside.rglob("*") if path.is_file()}
    with publish.hold(reports) as held:
        blocked = publishes(held, made())
    assert {path: path.read_text() for path in outside.rglob("*") if path.is_file()} == before
    assert bool(blocked) == (link == "2025-H1")
    if not blocked:
        assert texts(reports) == NEW_STANDS
        assert not path.is_symlink()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a//b", "a/\0", "."])
def test_no_name_leads_out(tmp_path, name):
    folder = Folder(tmp_path)
    for act in (folder.read, folder.remove, folder.clear, partial(folder.create, content=b""), folder.holds):
        with pytest.raises(OSError, match="leads out"):
            act(name)


def test_what_is_published_can_be_read_by_whom_the_folder_lets(tmp_path, made):
    reports = tmp_path / "shared"
    reports.mkdir()
    reports.chmod(0o2750)
    before = os.umask(0o077)
    try:
        with publish.hold(reports) as held:
            publishes(held, made())
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o7777 for path in reports.rglob("*")}
    assert modes["2025-H1"] == modes["actions"] == 0o2750
    assert modes["review.en.html"] == modes[manifest.NAME] == 0o640


def test_two_runs_do_not_share_a_folder(tmp_path):
    with publish.hold(tmp_path), pytest.raises(BusyError, match="Another run"), publish.hold(tmp_path):
        pass


def test_the_lock_of_a_killed_process_holds_nothing(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from portfolio.report import publish\n"
        "lock = publish.hold(Path(sys.argv[1])); lock.__enter__(); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)]).returncode == -9
    assert (tmp_path / publish.LOCK).exists()
    with publish.hold(tmp_path):
        pass


@pytest.mark.parametrize("spoil", [lambda path: path.write_text(""), lambda path: path.symlink_to("/etc/passwd")])
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path, spoil):
    spoil(tmp_path / "file")
    with pytest.raises(DataError, match="cannot be written"), publish.hold(tmp_path / "file" / "reports"):
        pass
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / publish.LOCK).symlink_to("/etc/passwd")
    with pytest.raises(DataError, match="cannot be written"), publish.hold(tmp_path / "reports"):
        pass


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99, "reports": {}}', "[" * 100_000])
def test_a_manifest_that_is_none_is_an_error(tmp_path, text):
    (tmp_path / manifest.NAME).write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json"):
        manifest.load(tmp_path)


WRONG = {
    "lacks a key": lambda: {key: value for key, value in record().items() if key != "period"},
    "no period": lambda: record(period="soon"),
    "leads out": lambda: record(["../victim"]),
    "fails outside": lambda: record(failed_files=["/victim"]),
    "no record": lambda: 3,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_a_manifest_says_that_no_run_wrote_is_dropped_and_said(reports, wrong, caplog):
    content = manifest.load(reports)
    content["reports"] |= {"2025-H1/b": wrong(), "../c": record()}
    (reports / manifest.NAME).write_text(json.dumps(content))
    assert manifest.load(reports)["reports"].keys() == {STEM}
    with publish.hold(reports):
        assert "2025-H1/b, ../c" in str(caplog.records[0].msg)
    with publish.hold(reports):
        assert len(caplog.records) == 1


def test_a_report_stands_only_while_its_files_do(tmp_path):
    stands = record(["x.html"])
    assert not manifest.stands(tmp_path, stands)
    (tmp_path / "x.html").write_text("")
    assert manifest.stands(tmp_path, stands)


def test_the_manifest_is_in_order(tmp_path):
    manifest.put(tmp_path, "b", record())
    manifest.put(tmp_path, "a", record())
    assert list(json.loads((tmp_path / manifest.NAME).read_text())["reports"]) == ["a", "b"]
