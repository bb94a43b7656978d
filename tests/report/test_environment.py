"""The environment of kernels: the same whoever calls, and nothing of a person's settings in it."""

import os

from portfolio.report import environment


def test_nothing_of_a_person_s_settings_comes_through(tmp_path):
    given = {
        "HOME": str(tmp_path),
        "PGPASSWORD": "secret",
        "PYTHONSTARTUP": "x",
        "MPLBACKEND": "tkagg",
        "IPYTHONDIR": "x",
        "JUPYTER_CONFIG_DIR": "x",
        "JUPYTER_PATH": "x",
    }
    env = environment.kernel_environment(tmp_path, "prepared", given)
    assert env["PGPASSWORD"] == "secret"
    assert env["PORTFOLIO_PREPARED"] == "prepared"
    assert not {"PYTHONSTARTUP", "MPLBACKEND", "JUPYTER_PATH"} & env.keys()
    assert all(env[name].startswith(str(tmp_path)) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR"))
    assert "MPLCONFIGDIR" not in env


def test_without_a_home_the_run_s_folder_is_one(tmp_path):
    env = environment.kernel_environment(tmp_path, "prepared", {})
    assert env["HOME"] == str(tmp_path)
    assert env["MPLCONFIGDIR"].startswith(str(tmp_path))


def test_the_run_s_folder_has_room_for_sockets_and_goes(monkeypatch, tmp_path):
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with environment.run_folder() as folder:
        assert folder.is_dir()
        assert len(os.fsencode(folder)) <= environment.LONGEST_FOLDER
    assert not folder.exists()
