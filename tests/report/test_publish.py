"""Putting into place: whole or not at all, one run at a time, and a killed run mended by the next."""

import json
import subprocess
import sys

import pytest

from portfolio.errors import BusyError, DataError
from portfolio.report import manifest, publish


def build(reports, number="0", text="new"):
    folder = reports / publish.WORK / number
    path = folder / "files" / "2025-H1" / "review.en.html"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return folder


def test_a_report_comes_into_place_with_its_record_and_without_what_it_no_longer_has(tmp_path):
    old = tmp_path / "2025-H1" / "actions" / "old.csv"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    with publish.hold(tmp_path):
        folder = build(tmp_path)
        publish.stage(folder, "2025-H1/review", {"status": "published"}, ["2025-H1/actions/old.csv", "gone.csv"])
        publish.publish(tmp_path, folder)
    assert (tmp_path / "2025-H1/review.en.html").read_text() == "new"
    assert not old.exists()
    assert manifest.load(tmp_path)["reports"] == {"2025-H1/review": {"status": "published"}}
    assert not (tmp_path / publish.WORK).exists()


def test_a_run_killed_before_a_report_was_decided_leaves_the_old_one(tmp_path):
    target = tmp_path / "2025-H1" / "review.en.html"
    target.parent.mkdir()
    target.write_text("old")
    build(tmp_path)
    with publish.hold(tmp_path) as work:
        assert list(work.iterdir()) == []
    assert target.read_text() == "old"


def test_a_run_killed_while_renaming_is_finished_by_the_next(tmp_path):
    folder = build(tmp_path)
    publish.stage(folder, "2025-H1/review", {"status": "published"}, [])
    with publish.hold(tmp_path):
        assert (tmp_path / "2025-H1/review.en.html").read_text() == "new"
        assert "2025-H1/review" in manifest.load(tmp_path)["reports"]


def test_a_run_stopped_while_renaming_finishes_the_report_that_it_had_decided(tmp_path):
    def run():
        with publish.hold(tmp_path):
            publish.stage(build(tmp_path), "2025-H1/review", {"status": "published"}, [])
            build(tmp_path, "1", "not decided")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert (tmp_path / "2025-H1/review.en.html").read_text() == "new"
    assert "2025-H1/review" in manifest.load(tmp_path)["reports"]
    assert not (tmp_path / publish.WORK).exists()


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


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"), publish.hold(tmp_path / "file" / "reports"):
        pass


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99, "reports": {}}'])
def test_a_manifest_that_is_none_is_an_error(tmp_path, text):
    (tmp_path / manifest.NAME).write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json"):
        manifest.load(tmp_path)


def test_a_report_stands_only_while_its_files_do(tmp_path):
    record = {"status": "published", "files": ["x.html"]}
    assert not manifest.stands(tmp_path, record)
    (tmp_path / "x.html").write_text("")
    assert manifest.stands(tmp_path, record)


def test_the_manifest_is_in_order(tmp_path):
    manifest.put(tmp_path, "b", {})
    manifest.put(tmp_path, "a", {})
    assert list(json.loads((tmp_path / manifest.NAME).read_text())["reports"]) == ["a", "b"]
