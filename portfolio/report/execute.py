"""Running one notebook by papermill, and what went wrong if it did."""

from __future__ import annotations

import logging
import os
import re
import sys
import warnings
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

# jsonschema compiles a grammar of IRIs when it is imported, which takes as long as a small report; no
# schema of notebooks holds an IRI, and jsonschema goes without where the module is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
import papermill  # noqa: E402
from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: E402
from nbformat import NotebookNode  # noqa: E402
from papermill.engines import papermill_engines  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402
from traitlets.config import Config  # noqa: E402

from portfolio.params.notebook import EARLIER, PROJECT  # noqa: E402
from portfolio.report import failure, kernel  # noqa: E402
from portfolio.report.failure import Failure  # noqa: E402
from portfolio.report.job import Job  # noqa: E402
from portfolio.report.warm_engine import WarmEngine  # noqa: E402
from portfolio.secrets import hidden  # noqa: E402
from portfolio.show.mime import ERROR, READS  # noqa: E402

ENGINE = "portfolio"
papermill_engines.register(ENGINE, WarmEngine)

_serial = count()


def quiet() -> None:
    """Keep what libraries say to themselves: a run tells its own story."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


class Executed(NamedTuple):
    """What came of running a notebook: as far as it came, what went wrong, and the tables that it read."""

    notebook: NotebookNode | None
    failure: Failure | None
    reads: tuple[str, ...] = ()


def execute(job: Job, earlier: Path, folder: Path, timeout: int) -> Executed:
    """Run a job's notebook in a kernel of its own.

    Parameters
    ----------
    job
        The report.
    earlier
        Folder of the figures published before this run.
    folder
        The run's own folder, for sockets and the notebook under way.
    timeout
        Seconds that one cell may take.

    Returns
    -------
    Executed
        Without a notebook when the kernel was lost.
    """
    number = f"{os.getpid()}-{next(_serial)}"
    result = folder / f"{number}.ipynb"
    config = Config()
    if os.name == "posix":
        # Kernels that start together would pick the same TCP ports.
        config.KernelManager.transport = "ipc"
        config.KernelManager.connection_file = str(folder / f"{number}.json")
    parameters = dict(job.parameters)
    if EARLIER in job.notebook.parameters:
        parameters[EARLIER] = str(earlier)
    problem = None
    try:
        papermill.execute_notebook(
            nbformat.read(job.notebook.path, as_version=4),
            result,
            parameters=parameters,
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            cwd=PROJECT,
            kernel_name="python3",
            engine_name=ENGINE,
            execution_timeout=timeout,
            shutdown_kernel="immediate",
            config=config,
            extra_arguments=[
                "--HistoryManager.enabled=False",
                f"--IPKernelApp.extensions={kernel.__name__}",
            ],
        )
    except PapermillExecutionError as error:
        problem = error
    except (DeadKernelError, CellTimeoutError) as error:
        kind = failure.TIMEOUT if isinstance(error, CellTimeoutError) else failure.DIED
        return Executed(None, Failure(kind, minutes=max(1, timeout // 60)))
    except RuntimeError as error:
        # nbclient: the kernel died before it replied for the first time.
        return Executed(None, Failure(failure.DIED, detail=str(error)))
    notebook = nbformat.read(result, as_version=4)
    with suppress(OSError):
        result.unlink()
    _forget_machine(notebook, job, earlier)
    _forget_secrets(notebook)
    reads = _take_reads(notebook)
    return Executed(notebook, _explain(notebook, problem) if problem else None, reads)


def _take_reads(notebook: NotebookNode) -> tuple[str, ...]:
    """Take out of an executed notebook what it says of the tables that it read."""
    reads: tuple[str, ...] = ()
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        for output in [output for output in cell.outputs if READS in output.get("data", {})]:
            reads = tuple(output.data[READS])
            cell.outputs.remove(output)
    return reads


def _forget_machine(notebook: NotebookNode, job: Job, earlier: Path) -> None:
    """Take out of an executed notebook what speaks of this machine and this moment only."""
    told = notebook.metadata.get("papermill", {})
    told.update(input_path=job.notebook.path.name, output_path=f"{job.notebook.name}.ipynb")
    if EARLIER in told.get("parameters", {}):
        told["parameters"][EARLIER] = "reports"
        for cell in notebook.cells:
            if "injected-parameters" in cell.metadata.get("tags", ()):
                cell.source = cell.source.replace(str(earlier), "reports")


def _forget_secrets(notebook: NotebookNode) -> None:
    """Take out of what an executed notebook prints the secrets of the URLs in it."""
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        for place, name in ((output, "text"), (output, "evalue"), (data, "text/plain"), (data, "text/html")):
            if isinstance(place.get(name), str):
                place[name] = hidden(place[name])
        if "traceback" in output:
            output["traceback"] = [hidden(line) for line in output["traceback"]]


def _explain(notebook: NotebookNode, error: PapermillExecutionError) -> Failure:
    heading, problems = "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = re.findall(r"^#{1,3} +(.+)$", cell.source, flags=re.M)
            heading = found[-1].strip() if found and "papermill" not in str(cell.metadata.get("tags")) else heading
            continue
        outputs = cell.get("outputs", [])
        for output in outputs:
            problems += output.get("data", {}).get(ERROR, [])
        if any(output.output_type == "error" for output in outputs):
            break
    if problems:
        return Failure(failure.USER, section=heading, problems=problems)
    first = (str(error.evalue).strip().splitlines() or [""])[0]
    return Failure(failure.UNEXPECTED, section=heading, detail=hidden(f"{error.ename}: {first}")[:300])
