"""Workers that die, and workers that take their time; in a module of their own, so that a process that needs them starts fast."""

import os
import time
from functools import partial
from pathlib import Path

from nlp.cluster.parts import Done, Part


def die_at(row_group: int, marks: Path, often: int, part: Part) -> Done:
    """Kill this process at the part of one row group, so often."""
    if part.row_group == row_group and len(list(marks.iterdir())) < often:
        (marks / str(os.getpid())).touch()
        os._exit(1)
    return Done(was_there=False, n_contents=1)


def slowly(marks: Path, label: "partial[Done]", part: Part) -> Done:
    """Label a part, and leave marks of the node of a cluster where it was begun and where it ended."""
    import ray

    mark = f"{part.url.rpartition('/')[2]}-{part.row_group}-{ray.get_runtime_context().get_node_id()}"
    (marks / f"{mark}-begun").touch()
    time.sleep(0.3)
    done = label(part)
    (marks / f"{mark}-ended").touch()
    return done
