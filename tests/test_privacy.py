"""Nothing of a visitor is written: the real server, its files and its log watched while it reads faces."""

import os
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from serving import connect, serve, worker_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")

SERVED = 20


def written_bytes(process):
    """What a process has given to any file system's disk so far; pipes and sockets do not count."""
    lines = Path(f"/proc/{process}/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes")))


def files_open_for_writing(process):
    for handle in Path(f"/proc/{process}/fdinfo").iterdir():
        try:
            lines = handle.read_text().splitlines()
        except FileNotFoundError:  # closed meanwhile
            continue
        flags = int(next(line.split()[1] for line in lines if line.startswith("flags")), 8)
        target = Path(f"/proc/{process}/fd/{handle.name}").resolve()
        if flags & os.O_ACCMODE != os.O_RDONLY and target.is_file():
            yield target


def new_files(folders, since):
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and path.stat().st_mtime > since:
                yield path


def test_frames_and_photos_leave_no_trace_in_files_or_log(photo, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "home").mkdir()
    log = tmp_path / "log.txt"
    places = {"TMPDIR": str(scratch), "HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    with open(log, "wb") as output, serve("wsgi:app", output, **places) as (process, url), connect(url) as client:
        worker, started = worker_of(process), time.time()
        before, log_before = written_bytes(worker), log.stat().st_size
        for seq in range(SERVED):
            assert client.call("frame", (photo, {"seq": seq}), timeout=20)["seq"] == seq
            with urllib.request.urlopen(f"{url}/api/v1/analyse", data=photo, timeout=20) as reply:
                assert b'"happy"' in reply.read()
        assert "error" in client.call("frame", (b"my face", {"seq": 99}), timeout=20)
        assert written_bytes(worker) == before
        assert set(files_open_for_writing(worker)) <= {log}
        assert not list(new_files([scratch, tmp_path / "home", Path("/dev/shm")], started))
        said = log.read_bytes()[log_before:]
        assert len(said) < 1000
        assert b"127.0.0.1" not in said
        assert b"my face" not in said


def test_the_watch_sees_a_write(tmp_path):
    path, started = tmp_path / "trace", time.time() - 1
    before = written_bytes(os.getpid())
    with open(path, "wb") as file:
        file.write(bytes(100_000))
        file.flush()
        os.fsync(file.fileno())
        assert path in set(files_open_for_writing(os.getpid()))
    assert list(new_files([tmp_path], started)) == [path]
    if written_bytes(os.getpid()) == before:
        pytest.skip("the temporary folder lies in memory, where the kernel counts no bytes")
