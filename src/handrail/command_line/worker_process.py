"""The process of `handrail work` that `handrail serve --worker` keeps running.

Its one rule: it never outlives its parent. It reads from a pipe that the parent holds open; when the parent dies, even
without a chance to say so, the pipe ends, and so does the work.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from types import TracebackType

_PAUSE_SECONDS = 1.0
_PATIENCE_SECONDS = 15.0
_COMMAND = [sys.executable, "-m", "handrail.command_line", "work", "--until-input-ends"]


class WorkerProcess:
    """A context: inside it the process runs, and is started again whenever it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._started()
        self._keeper = threading.Thread(target=self._keep_running, daemon=True)

    def __enter__(self) -> None:
        self._keeper.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._process.terminate()
        self._keeper.join(_PATIENCE_SECONDS)
        if self._keeper.is_alive():
            self._process.kill()
            self._keeper.join()

    def _keep_running(self) -> None:
        while True:
            exit_code = self._process.wait()
            if self._stopping.wait(_PAUSE_SECONDS):
                return
            print(f"handrail: the worker ended with code {exit_code}; starting it again", file=sys.stderr, flush=True)
            self._process = self._started()
            if self._stopping.is_set():
                # Stopped while it was being started: whoever asked has terminated the one before.
                self._process.terminate()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(_COMMAND, stdin=subprocess.PIPE)
