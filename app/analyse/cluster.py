"""Reading on a Ray cluster: an actor for each processor holds the networks, and each file is a task.

Ray restarts an actor that dies and runs its task again. Where an actor sees the driver's files and the folder of
results (shared storage), it reads and writes there. Any other actor gets the file's bytes and sends the result's back.
"""

import os
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

from app.analyse.batch import NoCluster
from app.analyse.files import written_whole
from app.analyse.jobs import TRIES, words
from app.vision.errors import BadImage, BadVideo

MISSING = "--ray needs Ray: pip install -r requirements-ray.txt, or pip install ray"
NOT_SHARED = "--annotate and --faces need storage that all machines of the cluster share"
TICK_S = 0.2
ROOT = Path(__file__).resolve().parents[2]
"""The folder from which the actors import this package: the same one on every machine."""

_NOT_HERE = "not here"


def read_all(sources, results, reader_of, address, note=lambda *_: None):
    """Reads sources on the cluster at an address, `auto` or one that `ray.init` takes; yields as jobs.read_all does.

    Raises NoCluster.
    """
    ray = _connect(address)
    token = results.folder / f".shared-{uuid.uuid4().hex}"
    token.touch()
    try:
        actor_of = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=TRIES)(_Actor)
        number = max(1, min(len(sources), int(ray.cluster_resources().get("CPU", 1))))
        idle = [actor_of.remote(results, reader_of, token) for _ in range(number)]
        waiting, in_hand = list(reversed(sources)), {}
        while waiting or in_hand:
            while idle and waiting:
                actor, source = idle.pop(), waiting.pop()
                in_hand[actor.read.remote(source)] = actor, source
            for task in ray.wait(list(in_hand), timeout=TICK_S)[0]:
                actor, source = in_hand.pop(task)
                outcome = _outcome(ray, task)
                if outcome == _NOT_HERE:
                    data, modified_ns = ray.put(source.path.read_bytes()), source.path.stat().st_mtime_ns
                    in_hand[actor.read_sent.remote(source, data, modified_ns)] = actor, source
                    continue
                idle.append(actor)
                yield source, _keep(results, source, outcome)
            note(0, 0, 0.0)
    finally:
        token.unlink(missing_ok=True)
        ray.shutdown()


def _connect(address):
    try:
        import ray
    except ImportError:
        raise NoCluster(MISSING) from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing about a call is sent anywhere
    try:
        code = ray.job_config.JobConfig(code_search_path=[str(ROOT)])
        how = {"include_dashboard": False} if address == "local" else {}
        ray.init(address=address, job_config=code, log_to_driver=False, logging_level="ERROR", **how)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise NoCluster(f"there is no Ray cluster at {address!r}: {str(error).splitlines()[0]}") from None
    return ray


def _outcome(ray, task):
    try:
        return ray.get(task)
    except ray.exceptions.RayActorError:
        return f"the process that read it died {TRIES} times; the file may be damaged in a way that crashes a decoder"


def _keep(results, source, outcome):
    """Writes a result that came back as bytes; returns None, or the reason why there is none."""
    if not isinstance(outcome, tuple):
        return outcome
    for path, data in zip((results.lines(source), results.sidecar(source)), outcome, strict=True):
        with written_whole(path, "wb") as file:
            file.write(data)
    return None


class _Actor:
    """A process of the cluster: holds the networks and reads one file at a time."""

    def __init__(self, results, reader_of, token):
        import cv2

        cv2.setNumThreads(1)
        self._results, self._reader, self._token = results, reader_of(), token

    def read(self, source):
        """Reads a file in place; returns None, the reason of a failure, or that this machine does not see the file."""
        if not (self._token.exists() and source.path.exists()):
            return _NOT_HERE
        return self._make(self._results, source)

    def read_sent(self, source, data, modified_ns):
        """Reads a file's bytes; returns the bytes of the result and of its sidecar, or the reason of a failure."""
        if self._results.options.annotate or self._results.options.faces:
            return NOT_SHARED
        with tempfile.TemporaryDirectory() as folder:
            results, here = replace(self._results, folder=Path(folder)), Path(folder, source.path.name)
            here.write_bytes(data)
            os.utime(here, ns=(modified_ns, modified_ns))
            sent = replace(source, path=here)
            return self._make(results, sent) or (results.lines(sent).read_bytes(), results.sidecar(sent).read_bytes())

    def _make(self, results, source):
        try:
            results.make(self._reader, source)
        except (BadImage, BadVideo, OSError) as error:
            return words(error)
        return None
