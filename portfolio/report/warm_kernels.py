"""Kernels that start warm: forked from one process that has imported the package."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from portfolio.report import environment
from portfolio.report.warm import ADDRESS, server

LAUNCHER = ["-m", "ipykernel_launcher"]


@cache
def _own_server() -> str:
    """Return the address of a server that lives as long as this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(environment.run_folder())
    return stack.enter_context(server(folder, os.environ)).get(ADDRESS, "")


class Forked:
    """A kernel's process, as ``subprocess.Popen`` would show it. Its exit code is not ours to know."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: Mapping[str, Any]) -> None:
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _reach(self._line, address)
            self._line.sendall(json.dumps(request).encode() + b"\n")
            answer, descriptors, _flags, _address = socket.recv_fds(self._line, 64, 1)
        except OSError as error:
            self._line.close()
            raise RuntimeError("the server of kernels does not answer") from error
        if not descriptors:
            self._line.close()
            raise RuntimeError("the server of kernels is gone")
        self.pid, self._descriptor = int(answer), descriptors[0]
        self._ended = False

    def poll(self) -> int | None:
        if not self._ended and select.select([self._descriptor], [], [], 0)[0]:
            self._close()
        return 1 if self._ended else None

    def wait(self) -> int:
        if not self._ended:
            select.select([self._descriptor], [], [])
            self._close()
        return 1

    def _close(self) -> None:
        self._ended = True
        os.close(self._descriptor)
        self._line.close()

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _reach(connection: socket.socket, address: str, patience: float = 60.0) -> None:
    """Connect, once the server listens."""
    until = time.monotonic() + patience
    while True:
        try:
            return connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by asking the server for a fork."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any):
        address = os.environ.get(ADDRESS) or _own_server()
        if not address or cmd[1:3] != LAUNCHER:
            return await super().launch_kernel(cmd, **kwargs)
        cwd = str(kwargs.get("cwd") or Path.cwd())
        self.process = Forked(address, {"argv": cmd[3:], "env": kwargs["env"], "cwd": cwd})
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        if await self.poll() is None:  # the number of a process that is gone may be another's
            await super().send_signal(signum)


class WarmKernelManager(AsyncKernelManager):
    """A manager whose kernels come from the server."""

    async def _async_pre_start_kernel(self, **kw: Any):
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or kw.pop("kernel_id", os.urandom(16).hex())
            self.provisioner = WarmProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**kw)
