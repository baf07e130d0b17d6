"""The real server writes nothing about visitors: the test watches its system calls and its log while it reads faces."""

import gc
import os
import re
import shutil
import subprocess
import sys
import time
import weakref
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
import requests
from fakes import encode
from PIL import Image
from serving import connect, serve, until, worker_of

from app import create_app
from app.vision import faces, images

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")

SERVED = 20


def written_bytes(process):
    """The number of bytes that a process has written to disk so far; pipes and sockets do not count."""
    lines = Path(f"/proc/{process}/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes")))


def files_open_for_writing(process):
    for handle in Path(f"/proc/{process}/fdinfo").iterdir():
        try:
            lines = handle.read_text().splitlines()
        except FileNotFoundError:  # closed in the meantime
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


def can_trace():
    """Whether strace is installed and may trace processes."""
    tried = shutil.which("strace") and subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True)
    return bool(tried) and tried.returncode == 0


@contextmanager
def traced(process, path):
    """Yields a list that, after the block, holds the calls with which a process tried to change a file system."""
    changes = []
    command = ["strace", "-f", "-p", str(process), "-o", str(path), "-e", "trace=%file,memfd_create"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        try:
            assert "attached" in strace.stderr.readline()
            yield changes
        finally:
            strace.terminate()
    calls = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE| (creat|mk\w+|link\w*|symlink\w*|rename\w*|memfd_create)\(")
    changes += [line for line in path.read_text(encoding="utf-8").splitlines() if calls.search(line)]


@pytest.fixture(scope="session")
def large_photo(astronaut):
    """The face as a PNG of over a megabyte, which Werkzeug by default would write to a temporary file."""
    photo = encode(Image.fromarray(astronaut).resize((1024, 1024)), "PNG")
    assert len(photo) > 1_000_000
    return photo


@on_linux
def test_frames_and_photos_leave_no_trace_in_files_or_log(photo, large_photo, tmp_path):
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
            assert analyse(url, data=photo).json()["faces"][0]["emotion"] == "happy"
        assert analyse(url, files={"photo": ("my face.jpg", large_photo)}).json()["width"] == 1024
        assert "error" in client.call("frame", (b"my face", {"seq": 99}), timeout=20)
        assert written_bytes(worker) == before
        assert set(files_open_for_writing(worker)) <= {log}
        assert not list(new_files([scratch, tmp_path / "home", Path("/dev/shm")], started))
        said = log.read_bytes()[log_before:]
        assert len(said) < 1000
        assert b"127.0.0.1" not in said
        assert b"my face" not in said


@pytest.mark.skipif(not can_trace(), reason="needs strace and the right to look at a process")
def test_no_call_of_the_server_touches_a_file_while_frames_and_photos_are_read(photo, large_photo, tmp_path):
    with serve("wsgi:app") as (process, url), connect(url) as client:
        client.call("frame", (photo, {"seq": 0}), timeout=20)
        with traced(worker_of(process), tmp_path / "calls.txt") as changes:
            for seq in range(1, SERVED):
                assert client.call("frame", (photo, {"seq": seq}), timeout=20)["seq"] == seq
            assert analyse(url, data=photo).ok
            assert analyse(url, data=large_photo).ok
            assert analyse(url, data=encode(Image.open(BytesIO(photo)), "TIFF")).ok  # decoded by a process of its own
            assert analyse(url, files={"photo": ("my face.jpg", large_photo)}).ok
            assert analyse(url, files={"photo": ("my face.jpg", bytes(30_000_000))}).status_code == 413
            assert requests.get(f"{url}/privacy", timeout=20).ok  # reads a template, which shows that the trace works
    assert "privacy.html" in (tmp_path / "calls.txt").read_text(encoding="utf-8")
    assert changes == []


def analyse(url, **body):
    return requests.post(f"{url}/api/v1/analyse", timeout=60, **body)


@on_linux
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


@pytest.mark.skipif(not can_trace(), reason="needs strace and the right to look at a process")
def test_the_watch_of_calls_sees_a_temporary_file(tmp_path):
    writes = "import tempfile; input(); tempfile.TemporaryFile().write(b'my face'); input()"
    with subprocess.Popen([sys.executable, "-c", writes], stdin=subprocess.PIPE, text=True) as process:
        with traced(process.pid, tmp_path / "calls.txt") as changes:
            process.stdin.write("\n")
            process.stdin.flush()
            until(lambda: "O_TMPFILE" in (tmp_path / "calls.txt").read_text(encoding="utf-8"), 20)
        process.communicate("\n")
    assert changes


def test_no_picture_outlives_its_analysis_and_nobody_is_known_again(photo, monkeypatch):
    pictures = []

    def remembered(function):
        def call(*arguments, **options):
            picture = function(*arguments, **options)
            pictures.append(weakref.ref(picture))
            return picture

        return call

    monkeypatch.setattr(images, "decode", remembered(images.decode))
    monkeypatch.setattr(faces, "crops", remembered(faces.crops))
    app = create_app({"ANALYSERS": 1})
    held = sys.getrefcount(photo)
    clients = [app.extensions["socketio"].test_client(app) for _ in range(2)]
    replies = [client.emit("frame", photo, {"seq": seq}, callback=True) for client in clients for seq in range(4)]
    assert app.test_client().post("/api/v1/analyse", data=photo).get_json()["faces"]
    gc.collect()
    assert len(pictures) == 18
    assert [picture for picture in pictures if picture() is not None] == []
    assert sys.getrefcount(photo) == held
    assert {face["track"] for reply in replies for face in reply["faces"]} == {1}
    told = {key for reply in replies for face in reply["faces"] for key in face}
    finder = {"score", "tilt_deg", "turn", "landmarks"}
    assert told == {"box", "emotion", "certain", "emotions", "track"} | finder
