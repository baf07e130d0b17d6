"""The real server's log: JSON if configured, the request's id in each line, no client addresses."""

import json
import logging
import socket
import subprocess
import sys
from contextlib import suppress

import pytest
import requests
from fakes import FakeAnalyser
from serving import ROOT, connect, free_port, serve, until

from app import create_app, logs
from benchmarks import bombs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that logs JSON: (its address, a function that gives its log as dicts)."""
    path = tmp_path_factory.mktemp("logs") / "log.jsonl"

    def lines():
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    with open(path, "wb") as output, serve(output=output, FACEIT_LOG_FORMAT="json") as (_, url):
        yield url, lines


def faults(lines):
    return [line for line in lines() if "a fault of our own" in line.get("traceback", "")]


def test_an_error_is_logged_with_its_traceback_and_id_and_told_in_a_sentence(server, photo):
    url, lines = server
    named = {"X-Request-ID": "mine-1"}
    form = {"photo": ("my holiday.jpg", photo)}
    reply = requests.post(f"{url}/api/v1/analyse?model=faulty", files=form, headers=named, timeout=20)
    assert (reply.status_code, reply.headers["X-Request-ID"]) == (500, "mine-1")
    assert reply.json()["detail"] == "the server met an error of its own; it has been logged"
    assert "a fault" not in reply.text
    [line] = [line for line in faults(lines) if line["request_id"] == "mine-1"]
    assert set(line) == {"time", "level", "logger", "request_id", "message", "traceback"}
    assert (line["level"], line["message"]) == ("ERROR", "unexpected error")
    assert "RuntimeError" in line["traceback"]
    assert "holiday" not in json.dumps(lines())


def test_an_error_in_a_frame_is_logged_by_its_sender_and_number(server, photo):
    url, lines = server
    with connect(url) as client:
        reply = client.call("frame", (photo, {"seq": 7, "model": "faulty"}), timeout=20)
        assert reply["error"]["detail"] == "the server met an error of its own; it has been logged"
        assert [line["request_id"] for line in faults(lines)].count(f"{client.get_sid()}:7") == 1


def test_what_is_no_http_is_logged_without_its_bytes_and_its_address(server):
    url, lines = server
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"my face, as bytes\r\n\r\n")
        assert connection.recv(99).startswith(b"HTTP/1.1 400")
    until(lambda: any(line["message"] == "Invalid request" for line in lines()), 10)
    assert "my face" not in json.dumps(lines())
    assert [line for line in lines() if "127.0.0.1" in json.dumps(line)] == [
        line for line in lines() if line["message"].startswith("Listening at: ")
    ]


def test_a_format_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="FACEIT_LOG_FORMAT is one of text, json, not 'xml'"):
        logs.configuration("xml")


def test_lines_bear_the_id_of_the_request_they_belong_to():
    def id_now():
        record = logging.makeLogRecord({"msg": "words"})
        logs.Ours().filter(record)
        return record.request_id

    with logs.request("outer"):
        with logs.request("inner"):
            assert id_now() == "inner"
        assert id_now() == "outer"
    assert id_now() == "-"


def test_making_an_application_sets_up_no_logging():
    before = [*logging.root.handlers], logging.root.level
    create_app({"LOG_FORMAT": "json"}, FakeAnalyser("study"))
    assert ([*logging.root.handlers], logging.root.level) == before


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")  # nobody vouches for it
def test_flask_serves_telephones_with_a_certificate_and_logs_no_address(tmp_path, photo):
    port, path = free_port(), tmp_path / "log.txt"
    url = f"https://127.0.0.1:{port}"
    command = [sys.executable, "-m", "flask", "run", "--port", str(port), "--cert", "adhoc"]

    def is_up():
        with suppress(requests.RequestException):
            return requests.get(f"{url}/readyz", verify=False, timeout=5).ok

    with open(path, "wb") as output, subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output) as process:
        try:
            until(is_up)
            analysed = requests.post(f"{url}/api/v1/analyse", photo, verify=False, timeout=20)
            assert analysed.json()["faces"][0]["emotion"] == "happy"
            with connect(url, ssl_verify=False) as client:
                assert client.call("frame", (photo, {"seq": 7}), timeout=20)["seq"] == 7
        finally:
            process.terminate()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert any('"POST /api/v1/analyse HTTP/1.1" 200' in line for line in lines)
    assert [line for line in lines if "127.0.0.1" in line and "Running on" not in line] == []


def record(message, *arguments, line=1):
    return logging.LogRecord("ours", logging.WARNING, "here.py", line, message, arguments, None)


def test_a_line_cannot_be_forged_and_obeys_no_terminal():
    forged = record("Invalid session %s", "x\n2026-11-28 ERROR root [-] all is lost\x1b[31m\x9b31m\u2028\u202e")
    assert logs.Ours().filter(forged)
    written = logging.Formatter().format(forged)
    assert written == r"Invalid session x\n2026-11-28 ERROR root [-] all is lost\x1b[31m\x9b31m\u2028\u202e"


def test_a_traceback_cannot_be_taken_for_lines_of_their_own():
    failed = record("unexpected error")
    try:
        raise ValueError("x\n2026-11-28 ERROR root [-] all is lost\x1b[31m")
    except ValueError:
        failed.exc_info = sys.exc_info()
    assert logs.Ours().filter(failed)
    lines = logging.Formatter().format(failed).split("\n")[1:]
    assert any("all is lost" in line for line in lines)
    assert all(line.startswith("    ") and line.isprintable() for line in lines)


def test_of_each_kind_of_line_some_are_written_in_a_minute_and_the_rest_counted(monkeypatch):
    now_s = [1000.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now_s[0])
    ours = logs.Ours()
    assert [bool(ours.filter(record("sid %s", n))) for n in range(100)] == [True] * 30 + [False] * 70
    assert ours.filter(record("of another place", line=2))
    now_s[0] += 60
    again = record("sid %s", 100)
    assert ours.filter(again)
    assert again.getMessage() == "sid 100 (70 more of this kind in the minute before)"
    after = record("sid %s", 101)
    assert ours.filter(after)
    assert after.getMessage() == "sid 101"


@pytest.mark.parametrize("format", logs.FORMATS)
def test_whatever_strangers_send_the_real_log_stays_small_and_its_lines_our_own(format, photo, tmp_path):
    path = tmp_path / "log"
    forged = "x%0a2026-11-28%2003:00:00,000%20ERROR%20root%20[-]%20all%20is%20lost%1b[31m"
    with open(path, "wb") as output, serve(output=output, FACEIT_LOG_FORMAT=format) as (_, url):
        for number in range(100):
            query = f"EIO=4&transport=polling&sid={forged}{number}"
            requests.get(f"{url}/socket.io/?{query}", headers={"Origin": "http://a\x1b[31m.example"}, timeout=60)
            requests.get(f"{url}/socket.io/?{query}", timeout=60)
        notes = b"Exif\0\0" + bombs.overlapping_tags(500, 1000)
        crafted = photo[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + photo[2:]
        broken = photo[:4000] + bytes(500) + photo[4500:]
        with connect(url) as client:
            for seq in range(100):
                client.call("frame", ((crafted, broken)[seq % 2], {"seq": seq}), timeout=60)
    log = path.read_bytes()
    assert len(log) < 20_000
    assert b"\x1b" not in log
    assert not any(line.startswith(b"2026-11-28 03:00:00,000 ERROR") for line in log.splitlines())
