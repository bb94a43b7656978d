"""The engine of ``papermill --engine portfolio``: notebooks in kernels that start warm.

papermill imports this module while it is imported itself, so whoever needs the engine imports papermill first.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine

from portfolio.report.warm_kernels import WarmKernelManager


class WarmEngine(NBClientEngine):
    """Runs a notebook in a warm kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs: Any):
        return super().execute_managed_notebook(nb_man, kernel_name, kernel_manager_class=WarmKernelManager, **kwargs)
