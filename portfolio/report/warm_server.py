"""The process that kernels are forked from: it has imported the package once, so that no kernel has to.

    python -m portfolio.report.warm_server SOCKET        ends when its standard input does

A client connects, sends one line of JSON (``argv``, ``env``, ``cwd``) and receives the kernel's process id with a
descriptor of that process. The kernel ends when the client closes the connection, and what it has started ends with it,
whatever they do: a kernel deep in a computation hears no signal but the last. Linux only: elsewhere kernels start by
themselves. Nothing here may start a thread, open the engine or make a ZeroMQ context, since a fork keeps none of them.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import random
import selectors
import signal
import socket
import sys
from importlib import import_module

BACKEND = "module://matplotlib_inline.backend_inline"
# What a kernel or a review would import of others by itself: the debugger alone takes a second.
IMPORTED = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ibis.backends.duckdb",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "IPython.core.completer",
    "matplotlib_inline.backend_inline",
    "portfolio.report.kernel",
    "psutil",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.stats",
    "seaborn",
    "tornado.platform.asyncio",
)


def load() -> None:
    """Import what notebooks of reviews use, and do once what libraries do at first use."""
    os.environ["MPLBACKEND"] = BACKEND
    for name in IMPORTED:
        import_module(name)
    import ibis
    import matplotlib.pyplot as plt

    import portfolio
    from portfolio.params.checks import LANGUAGES
    from portfolio.show.words import catalogue

    for name in portfolio.__all__:
        getattr(portfolio, name)
    for language in LANGUAGES:
        catalogue(language)
    rows = ibis.table({"customer": "string", "amount": "decimal(18, 2)"}, name="warm")
    ibis.to_sql(rows.group_by("customer").agg(money=rows.amount.sum()), dialect="duckdb")
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    axes.set_title("1")
    figure.savefig(io.BytesIO(), format="svg")
    plt.close(figure)


def serve(path: str) -> None:
    """Fork a kernel for each client, until standard input ends."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(64)
    load()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    chooser = selectors.DefaultSelector()
    chooser.register(listener, selectors.EVENT_READ)
    chooser.register(sys.stdin.fileno(), selectors.EVENT_READ)
    kernels: dict[socket.socket, int] = {}
    while True:
        ready = {key.fileobj for key, _events in chooser.select()}
        if sys.stdin.fileno() in ready:
            for pid in kernels.values():
                _kill(pid)
            return
        for client in ready & kernels.keys():
            chooser.unregister(client)
            client.close()
            _kill(kernels[client])
            os.waitpid(kernels.pop(client), 0)
        if listener not in ready:
            continue
        client, _address = listener.accept()
        try:
            request = json.loads(_line(client))
        except (OSError, ValueError):
            client.close()
            continue
        pid = os.fork()
        if not pid:
            listener.close()
            chooser.close()
            for each in (client, *kernels):
                each.close()
            _become_kernel(request)
        kernels[client] = pid
        chooser.register(client, selectors.EVENT_READ)
        with contextlib.suppress(OSError):  # the child does so too: whoever is first
            os.setpgid(pid, pid)
        descriptor = os.pidfd_open(pid)
        with contextlib.suppress(OSError):
            socket.send_fds(client, [str(pid).encode()], [descriptor])
        os.close(descriptor)


def _kill(pid: int) -> None:
    """End a kernel and the processes of its group. Its number is no other's until it has been waited for."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def _line(client: socket.socket) -> bytes:
    parts = []
    while not parts or not parts[-1].endswith(b"\n"):
        part = client.recv(1 << 16)
        if not part:
            raise ValueError("the client is gone")
        parts.append(part)
    return b"".join(parts)


def _become_kernel(request: dict) -> None:
    """Run the kernel in this process, just forked, and end it."""
    status = 1
    try:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        parent = os.getppid()
        os.environ.clear()
        os.environ.update(request["env"])
        os.environ["MPLBACKEND"] = BACKEND
        os.chdir(request["cwd"])
        import numpy
        from ipykernel.kernelapp import IPKernelApp

        numpy.random.seed()
        random.seed()
        sys.argv = ["ipykernel_launcher", *request["argv"]]
        kernel = IPKernelApp.instance()
        kernel.initialize([*request["argv"], f"--IPKernelApp.parent_handle={parent}"])
        _show_pictures(kernel.shell)
        kernel.start()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    finally:
        os._exit(status)


def _show_pictures(shell) -> None:
    """Do what the backend of pictures does when a kernel imports it: here it was imported before there was one."""
    from IPython.core.pylabtools import activate_matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    activate_matplotlib(BACKEND)
    configure_inline_support(shell, BACKEND)


if __name__ == "__main__":
    serve(sys.argv[1])
