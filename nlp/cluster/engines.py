"""Who does the parts: processes of this machine, or a Ray cluster. A part whose worker dies is done again by another."""

import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from nlp.cluster.parts import Done, Part
from warehouse import WarehouseError

TRIES = 3
"""So often a part is begun when its worker dies each time."""
_FLYING = 1_000  # parts that Ray knows of: enough for any cluster to see that there is work

Work = Callable[[Part], Done]
Outcomes = Iterator[tuple[Part, Done | str]]
"""Each part as it ends, with what came of it or, in words, why nothing did."""


def on_this_machine(work: Work, parts: Sequence[Part], workers: int | None = None) -> Outcomes:
    """By ``workers`` processes (None: one per core), each of which does one part at a time."""
    waiting = deque((part, 1) for part in parts)
    idle: list[tuple[Connection, BaseProcess]] = []
    busy: dict[Connection, tuple[BaseProcess, Part, int]] = {}
    most = workers or os.cpu_count() or 1
    try:
        while waiting or busy:
            while waiting and len(busy) < most:
                connection, process = idle.pop() if idle else _started(work)
                busy[connection] = (process, *waiting.popleft())
                with suppress(OSError):  # of a process that died meanwhile: what it answers, nothing, says so
                    connection.send(busy[connection][1])
            for ready in wait(list(busy)):
                assert isinstance(ready, Connection)
                process, part, tries = busy.pop(ready)
                try:
                    outcome = ready.recv()
                except (EOFError, OSError):
                    process.join()
                    if tries < TRIES:
                        waiting.append((part, tries + 1))
                        continue
                    outcome = f"{part}: {_DIED}"
                else:
                    idle.append((ready, process))
                yield part, outcome
    finally:
        for process in [*(process for _, process in idle), *(process for process, _, _ in busy.values())]:
            process.terminate()
            process.join()


_DIED = f"the process that read it died, {TRIES} times"


def _started(work: Work) -> tuple[Connection, BaseProcess]:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, work), daemon=True)
    process.start()
    there.close()  # so that the death of the process is the end of what it sends
    return here, process


def _serve(connection: Connection, work: Work) -> None:
    """Do the parts that come, until there is nobody who sends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it, and ends it
    while True:
        try:
            part = connection.recv()
        except EOFError:
            return
        connection.send(_outcome(work, part))


def _outcome(work: Work, part: Part) -> Done | str:
    try:
        return work(part)
    except WarehouseError as error:
        return str(error)


def on_ray(work: Work, parts: Sequence[Part]) -> Outcomes:
    """By a Ray cluster: the one of RAY_ADDRESS, else one that runs on this machine, else one that is started for it.

    Raises WarehouseError where Ray is not installed or the cluster can't be reached."""
    ray = _connected()
    task = ray.remote(max_retries=TRIES - 1)(_outcome)
    waiting = deque(parts)
    flying: dict[Any, Part] = {}
    try:
        handed_out = ray.put(work)
        while waiting or flying:
            while waiting and len(flying) < _FLYING:
                part = waiting.popleft()
                flying[task.remote(handed_out, part)] = part
            ended, _ = ray.wait(list(flying))
            for reference in ended:
                part = flying.pop(reference)
                try:
                    yield part, ray.get(reference)
                except ray.exceptions.WorkerCrashedError:
                    yield part, f"{part}: {_DIED}"
                except ray.exceptions.RayError as error:  # its machine died each time, or has no rolescope, …
                    yield part, f"{part}: {type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"
    finally:
        ray.shutdown()


def _connected() -> Any:
    # nothing about this machine is sent anywhere; and the machines have rolescope, so that no copy of this folder is to go to them
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    try:
        import ray
    except ImportError as error:
        raise WarehouseError(
            f"--engine ray cannot be used ({error}): `pip install ray` here and on every machine of the cluster, or leave --engine out."
        ) from error
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError) as error:
        address = os.environ.get("RAY_ADDRESS", "of this machine")
        raise WarehouseError(
            f"the Ray cluster {address} cannot be reached ({str(error).strip().splitlines()[0]}). Start one with `ray start --head`, or name "
            "another in RAY_ADDRESS."
        ) from error
    return ray
