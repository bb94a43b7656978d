"""Run a call in a fresh process and return its seconds and its greatest memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
_CALL = """
import importlib, json, resource, sys, time
module, name, imports, *arguments = json.loads(sys.argv[1])
call = getattr(importlib.import_module(module), name)
for imported in imports:
    importlib.import_module(imported)
start = time.perf_counter()
result = call(*arguments)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("\\n" + json.dumps({"seconds": seconds, "megabytes": peak, "result": result}))
"""


@dataclass(frozen=True)
class Measured:
    """Seconds of the call alone, greatest memory of its process in MB, and what it returned."""

    seconds: float
    megabytes: float
    result: object


def measured(
    call: str, *arguments: object, python: str | None = None, times: int = 1, imports: tuple[str, ...] = ()
) -> Measured:
    """Run ``package.module:function(*arguments)`` in a process of its own, and keep the fastest of ``times``.

    ``imports`` are the modules that the call needs: they are imported before the clock starts.
    """
    module, _, name = call.partition(":")
    command = [python or sys.executable, "-c", _CALL, json.dumps([module, name, imports, *arguments])]
    runs = []
    for _unused in range(times):
        output = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        if output.returncode:
            raise RuntimeError(f"{call} failed:\n{output.stderr}")
        runs.append(Measured(**json.loads(output.stdout.splitlines()[-1])))
    return min(runs, key=lambda run: run.seconds)
