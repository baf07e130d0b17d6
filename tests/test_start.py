"""A site that cannot start with its settings prints one sentence and exits."""

import re
import subprocess
import sys
import urllib.request

import pytest
from serving import ROOT, command, connect, environment, get, serve

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")


def start(*words, cwd=ROOT, **settings):
    """The CompletedProcess of a command that ends by itself."""
    return subprocess.run(
        words, cwd=cwd, env=environment(**settings), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-w", "2"), "one worker"),
        (("--preload",), "preloaded"),
        (("-k", "asgi"), "worker class app.worker.Worker, not asgi"),
        (("--threads", "3"), "3 threads starve: 48 live pages need 104"),
    ],
)
def test_options_that_cannot_work_are_refused(options, words):
    done = start(*command("--bind", "127.0.0.1:0", *options), cwd=ROOT / "tests")
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_gunicorn_without_our_configuration_is_refused(tmp_path):
    gunicorn = (sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0")
    done = start(*gunicorn, "--chdir", str(ROOT), "wsgi:app", cwd=tmp_path)
    assert done.returncode == 3
    assert "gunicorn has not read our gunicorn.conf.py" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"FACEIT_MAX_CLIENTS": "many"}, "FACEIT_MAX_CLIENTS must be a whole number, not 'many'"),
        ({"FACEIT_MODEL": "nosuch"}, "FACEIT_MODEL: the model 'nosuch' cannot be used"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_its_sentence_alone(settings, words):
    flask = start(sys.executable, "-m", "flask", "run", "--port", "0", **settings)
    assert flask.returncode != 0
    assert [line for line in flask.stderr.splitlines() if "[-]" not in line][-1].startswith(words)
    assert "Traceback" not in flask.stderr
    gunicorn = start(*command("--bind", "127.0.0.1:0", app="wsgi:app"), **settings)
    assert gunicorn.returncode != 0
    assert words in gunicorn.stderr
    assert "Traceback" not in gunicorn.stderr


def test_a_server_below_a_path_of_its_own_serves_pages_and_socket_there(photo):
    with serve(SCRIPT_NAME="/faceit", ready="/faceit/readyz") as (_, url):
        assert get(f"{url}/faceit/") == 200
        with urllib.request.urlopen(f"{url}/faceit/", timeout=20) as page:
            [script] = re.findall(r'src="(/faceit/static[^"]*main.js)"', page.read().decode())
        assert get(url + script) == 200
        for transport in ("websocket", "polling"):
            with connect(url, transport, path="faceit/socket.io") as client:
                assert client.call("frame", (photo, {"seq": 3}), timeout=20)["seq"] == 3
