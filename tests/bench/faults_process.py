"""Commands of rolescope in processes of their own: forked from one that has imported everything, which saves seconds each time,
or started anew where the environment matters."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class Process:
    """A running command, the leader of a process group."""

    def __init__(self, arguments: list[str], output: Path, env: dict[str, str], anew: bool):
        self.returncode: int | None = None
        self._output = output
        self._popen: subprocess.Popen[bytes] | None = None
        environment = {**os.environ, "ROLESCOPE_CONTACT": "crawl@example.org", **env}
        if anew:
            command = [sys.executable, "-m", "rolescope", *arguments]
            with output.open("wb") as file:
                self._popen = subprocess.Popen(
                    command, cwd=ROOT, env=environment, start_new_session=True, stdout=file, stderr=file
                )
            self.pid = self._popen.pid
            return
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _be(arguments, output, environment)

    def poll(self) -> int | None:
        """The exit status; None: it runs."""
        if self.returncode is None and self._popen is not None:
            self.returncode = self._popen.poll()
        elif self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float = 600) -> int:
        """The exit status, when it is over. Raises TimeoutError."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                self.kill()
                raise TimeoutError(f"{self.pid} hangs: {self.said}")
            time.sleep(0.01)
        return code

    def kill(self) -> bool:
        """End it with all of its children; whether it was still running."""
        running = self.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        while self.poll() is None:
            time.sleep(0.005)
        return running

    @property
    def said(self) -> str:
        """What it printed."""
        return self._output.read_text(errors="replace")


def _be(arguments: list[str], output: Path, environment: dict[str, str]) -> None:
    """Become the command, in a forked process."""
    code = 1
    try:
        os.setsid()
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number in (1, 2):
            os.dup2(file, number)
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None  # it was looked up with another TMPDIR
        os.chdir(ROOT)
        sys.argv = ["rolescope", *arguments]
        from rolescope import main

        main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def import_everything() -> None:
    """What commands import when they run, and what they load once in a process."""
    import crawler.run
    import crawler.sample.server  # noqa: F401
    from nlp.label import _reader
    from nlp.label_version import label_version
    from warehouse.store import shipped_views

    shipped_views()
    _reader(None, None, label_version(None, None))
