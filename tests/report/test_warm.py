"""Warm kernels: forked, each on its own, and gone with whoever asked for them."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import nbformat
import psutil
import pytest
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from traitlets.config import Config

from portfolio.report import environment, warm, warm_kernels
from portfolio.report.warm_kernels import WarmKernelManager

# Whole runs.
pytestmark = pytest.mark.slow

forked = pytest.mark.skipif(not warm.FORKS, reason="kernels start by themselves here")
IS_WARM = 'import sys\nprint("portfolio.topics" in sys.modules)'
PATIENCE = 60


@pytest.fixture(autouse=True, scope="module")
def own(one_server):
    """Runs of these tests start their servers themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "server", one_server)
        yield


@pytest.fixture(scope="module")
def folder():
    """A folder whose path is short enough for sockets."""
    with environment.run_folder() as path:
        yield path


@pytest.fixture(scope="module")
def running(folder, own):
    """Where the server of these tests is found."""
    with warm.server(folder, environment.kernel_environment(folder, "")) as address:
        yield address


@pytest.fixture
def server(running, monkeypatch):
    for name, value in running.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def run(folder):
    """A function that runs cells in a kernel, and returns the outputs of all of them."""
    serial = iter(range(1000))

    def cells(*sources, manager=WarmKernelManager, **options):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        place = str(folder / f"{os.urandom(4).hex()}-{next(serial)}.json")
        config = Config({"KernelManager": {"transport": "ipc", "connection_file": place}})
        options = {"timeout": PATIENCE, "kernel_name": "python3", "config": config} | options
        client = NotebookClient(notebook, kernel_manager_class=manager, **options)
        client.execute(cwd=str(folder), env=environment.kernel_environment(folder, ""))
        return [output for cell in notebook.cells for output in cell.outputs]

    return cells


@pytest.fixture
def printed(run):
    """A function that runs cells, and returns what they print."""
    return lambda *sources, **options: "".join(output.text for output in run(*sources, **options)).split()


@contextmanager
def beside(printed, tmp_path):
    """Another kernel, which is asked to end well after what is done meanwhile, and must."""
    begun, ended, told = tmp_path / "begun", tmp_path / "ended", []
    source = (
        "import time\nfrom pathlib import Path\n"
        f"Path({str(begun)!r}).touch()\nwhile not Path({str(ended)!r}).exists(): time.sleep(0.02)\nprint('well')"
    )
    other = threading.Thread(target=lambda: told.extend(printed(source)))
    other.start()
    try:
        while other.is_alive() and not begun.exists():
            other.join(0.02)
        yield
    finally:
        ended.touch()
        other.join(PATIENCE)
    assert told == ["well"]


@forked
def test_a_kernel_is_a_fork_of_what_has_imported_the_package(server, printed):
    warm_start, parent = printed(IS_WARM, "import os\nprint(os.getppid())")
    assert warm_start == "True"
    assert "portfolio.report.warm_server" in psutil.Process(int(parent)).cmdline()
    assert printed(IS_WARM, manager=AsyncKernelManager) == ["False"]


@forked
def test_it_gives_what_an_ordinary_kernel_gives(server, run):
    cells = (
        "import os, sys, ibis, numpy as np, pandas as pd, matplotlib.pyplot as plt\nfrom portfolio import topics",
        "pd.DataFrame({'a': [1.5, None], 'b': ['x', 'é']})",
        "plt.plot([1, 3, 2])\nplt.title('Revenue')\nplt.show()",
        "print(np.random.default_rng(7).random(3), os.getcwd(), __name__)",
        "ibis.memtable({'a': [1, 2]}).a.sum().execute()",
        "print(sum(1 for _ in topics.TOPICS), hash('portfolio'), file=sys.stderr)",
        "%matplotlib inline\nplt.rcParams['figure.dpi'], plt.get_backend()",
    )
    found = run(*cells)
    assert len(found) == 6
    assert "image/png" in found[1].data
    assert found == run(*cells, manager=AsyncKernelManager)


@forked
def test_two_kernels_share_neither_state_nor_chance(server, printed):
    chance = "import random, numpy\nprint(numpy.random.random(), random.random(), numpy.random.default_rng().random())"
    mark = "import portfolio\nprint(hasattr(portfolio, 'mark'))\nportfolio.mark = 1"
    first, second = printed(mark, chance), printed(mark, chance)
    assert first[0] == second[0] == "False"
    assert all(one != other for one, other in zip(first[1:], second[1:], strict=True))


@forked
def test_a_kernel_that_is_killed_leaves_the_others(server, printed, tmp_path):
    with beside(printed, tmp_path), pytest.raises(DeadKernelError):
        printed("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert printed(IS_WARM) == ["True"]


@forked
def test_a_kernel_that_takes_too_long_leaves_the_others(server, printed, tmp_path):
    with beside(printed, tmp_path), pytest.raises(CellTimeoutError):
        printed("import time\ntime.sleep(60)", timeout=1)


@forked
def test_a_kernel_that_is_interrupted_goes_on_and_leaves_the_others(server, run, tmp_path):
    with beside(lambda source: [run(source)[0].text.strip()], tmp_path):
        stopped, after = run(
            "import time\ntime.sleep(60)", "print('after')", timeout=1, interrupt_on_timeout=True, allow_errors=True
        )
    assert (stopped.ename, after.text) == ("KeyboardInterrupt", "after\n")


HOLDS_A_KERNEL = """
from jupyter_client.utils import run_sync
from portfolio.report.warm_kernels import WarmKernelManager
manager = WarmKernelManager(transport="ipc", connection_file={place!r})
run_sync(manager.start_kernel)(extra_arguments=[])
print(manager.provisioner.process.pid, flush=True)
input()
"""


@contextmanager
def holder(place, env):
    """A process that holds a kernel, and that kernel."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_KERNEL.format(place=str(place))],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, psutil.Process(int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@forked
def test_a_kernel_ends_when_the_process_that_asked_for_it_is_killed(running, folder, server, printed):
    with holder(folder / "held.json", os.environ | running) as (process, kernel):
        parent = kernel.ppid()
        process.send_signal(signal.SIGKILL)
        kernel.wait(10)
    assert printed("import os\nprint(os.getppid())") == [str(parent)]


@pytest.mark.slow
@forked
def test_a_server_ends_when_the_process_that_started_it_is_killed(folder):
    env = {name: value for name, value in os.environ.items() if name != warm.ADDRESS}
    with holder(folder / "alone.json", env) as (process, kernel):
        (started,) = psutil.Process(process.pid).children()
        assert kernel.ppid() == started.pid
        process.send_signal(signal.SIGKILL)
        _gone, alive = psutil.wait_procs([started, kernel], 10)
    assert not alive


@forked
def test_the_engine_of_papermill_s_command(tmp_path):
    given = tmp_path / "in.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IS_WARM)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, given)
    command = [sys.executable, "-m", "papermill", "--engine", "portfolio", given, tmp_path / "out.ipynb"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (cell,) = (c for c in nbformat.read(tmp_path / "out.ipynb", 4).cells if c.source == IS_WARM)
    assert cell.outputs[0].text == "True\n"


def test_where_processes_cannot_be_forked_kernels_start_by_themselves(printed, monkeypatch, folder):
    monkeypatch.setattr(warm, "FORKS", False)
    monkeypatch.delenv(warm.ADDRESS, raising=False)
    warm_kernels._own_server.cache_clear()
    try:
        with warm.server(folder, {}) as address:
            assert address == {}
        assert printed(IS_WARM) == ["False"]
    finally:
        warm_kernels._own_server.cache_clear()
