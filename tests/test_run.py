"""./run: the environment that it sets up, the arguments that it passes on, and its error messages."""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from training.__main__ import _parser

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="./run is a shell script")

STUB = """#!/bin/sh
case "$*" in
*version_info*) exit 0 ;;
"-m venv "*) eval "$FAKE_VENV"; mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; exit ;;
"-c import pip" | "-m pip --version") [ -e "$(dirname "$0")/../pip" ]; exit ;;
*make_ssl_devcert*) echo certificate > "$3.crt"; echo key > "$3.key"; exit ;;
esac
echo "$PWD|$*" >> "$LOG"
"""
"""A Python that says what it was asked to do. Its venv has a pip where the folder has a file of that name."""


@pytest.fixture
def project(tmp_path):
    """A small project with a working .venv, in a path with a space."""
    folder = tmp_path / "the project"
    folder.mkdir()
    shutil.copy(ROOT / "run", folder)
    (folder / "training").mkdir()
    shutil.copy(ROOT / "training" / "__main__.py", folder / "training")
    for name in ("requirements.txt", "requirements-train.txt", "requirements-dev.txt", "requirements-cert.txt"):
        (folder / name).write_text("nothing\n")
    make_python(folder / ".venv")
    return folder


def make_python(venv, pip=True):
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").write_text(STUB)
    (venv / "bin" / "python").chmod(0o755)
    if pip:
        (venv / "pip").touch()


@pytest.fixture
def run(project, tmp_path):
    """Calls ./run from another folder: (CompletedProcess, the calls of Python as (folder, arguments))."""
    caller, log, python = tmp_path / "caller", tmp_path / "log", tmp_path / "python3"
    caller.mkdir()
    python.write_text(STUB)
    python.chmod(0o755)

    def call(*words, fake_venv='touch "$3.made"; mkdir -p "$3"; touch "$3/pip"', before=None):
        log.write_text("")
        environment = os.environ | {"LOG": str(log), "PYTHON": str(python), "FAKE_VENV": fake_venv}
        command = [str(project / "run"), *words]
        done = subprocess.run(
            command, cwd=caller, env=environment, capture_output=True, text=True, check=False, preexec_fn=before
        )
        asked = [tuple(line.split("|", 1)) for line in log.read_text().splitlines()]
        return done, asked

    return call


def test_it_serves_and_installs_what_is_needed_once(run, project, tmp_path):
    done, [(folder, install), (place, serve)] = run("--port", "5001")
    assert done.returncode == 0
    assert (folder, place) == (str(project), str(tmp_path / "caller"))
    assert install == "-m pip install --quiet --disable-pip-version-check -r requirements.txt"
    assert serve == f"-P -m flask --app {project}/wsgi.py run --port 5001"
    assert [words for _, words in run("--port", "5001")[1]] == [serve]
    (project / "requirements.txt").write_text("something new\n")
    assert len(run()[1]) == 2


def test_the_tests_install_every_list_at_once(run, project):
    _, [(_, install), (place, tests)] = run("test", "-k", "a word")
    assert all(
        f"-r {name}" in install for name in ("requirements.txt", "requirements-dev.txt", "requirements-train.txt")
    )
    assert (place, tests) == (str(project), "-m pytest -k a word")
    assert run("setup")[1] == []


@pytest.mark.parametrize("words", [("analyse", "photos/"), ("label", "my faces"), ("freeze", "out"), ("settings",)])
def test_the_sites_commands_run_where_the_caller_stands(run, project, tmp_path, words):
    *_, (place, asked) = run(*words)[1]
    assert place == str(tmp_path / "caller")
    assert asked == f"-P -m flask --app {project}/wsgi.py {' '.join(words)}"


def test_the_training_commands_get_files_from_where_the_caller_stands(run, project, tmp_path):
    caller = tmp_path / "caller"
    words = ["train", "cnn", "--data", "mine", "--data=more", "--ferplus", "/abs.csv", "--words", "a=b", "--limit", "9"]
    *_, (place, asked) = run(*words)[1]
    assert place == str(project)
    assert asked == (
        f"-m training train cnn --data {caller}/mine --data={caller}/more --ferplus /abs.csv --words a=b --limit 9"
    )


def test_every_training_command_and_each_of_its_files_is_known(run, project):
    [commands] = [action.choices for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    script = (ROOT / "run").read_text(encoding="utf-8")
    for command in commands:
        assert run(command)[1][-1] == (str(project), f"-m training {command}")
    files = {
        action.option_strings[-1]
        for command in commands.values()
        for action in command._actions
        if re.search("FILE|FOLDER|PATH", str(action.metavar))
    }
    assert "--data" in files
    assert files <= set(re.search(r"^ *(--data \| [^)]*)\) is_path=yes", script, re.MULTILINE)[1].split(" | "))


def test_a_broken_environment_is_made_anew(run, project):
    """Leaves the state of an interrupted set-up: a Python without pip."""
    (project / ".venv" / "pip").unlink()
    done, asked = run()
    assert done.returncode == 0
    assert "it is made anew" in done.stderr
    assert len(asked) == 2
    assert "made anew" not in run()[0].stderr


def test_an_environment_whose_python_has_gone_is_made_anew(run, project):
    run()
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    done, asked = run()
    assert done.returncode == 0
    assert len(asked) == 2


def test_an_environment_made_by_hand_stays(run, project):
    (project / ".venv" / "a package").touch()
    assert run()[0].returncode == 0
    assert (project / ".venv" / "a package").exists()


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        ('echo "ensurepip is not available"; exit 1', "apt install python3-venv"),
        ('echo "No space left on device"; exit 1', "could not make the folder .venv: No space left on device"),
    ],
)
def test_an_environment_that_cannot_be_made_is_told_by_its_true_reason(run, project, fails, words):
    shutil.rmtree(project / ".venv")
    done, _ = run(fake_venv=fails)
    assert done.returncode == 1
    assert words in done.stderr
    assert not (project / ".venv").exists()


def become_nobody():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def test_a_folder_that_cannot_be_written_is_told_so(run, project, tmp_path):
    shutil.rmtree(project / ".venv")
    project.chmod(0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    (tmp_path / "log").touch()
    (tmp_path / "log").chmod(0o666)
    done, asked = run(before=become_nobody)
    project.chmod(0o755)
    assert done.returncode == 1
    assert "cannot be written by you" in done.stderr
    assert asked == []


def test_one_certificate_is_kept(run, project):
    kept = project / ".certificate"
    *_, (_, asked) = run("--host", "0.0.0.0", "--cert", "adhoc")[1]
    assert asked.endswith(f"run --host 0.0.0.0 --cert {kept}/site.crt --key {kept}/site.key")
    (kept / "site.key").write_text("the first one")
    run("--cert=adhoc")
    assert (kept / "site.key").read_text() == "the first one"
    os.utime(kept / "site.key", (0, 0))
    run("--cert=adhoc")
    assert (kept / "site.key").read_text() == "key\n"
    if os.name == "posix":
        assert (kept / "site.key").stat().st_mode & 0o077 == 0


def test_a_set_up_that_is_interrupted_is_made_again(project, tmp_path):
    """Presses Ctrl-C while Python creates the environment."""
    shutil.rmtree(project / ".venv")
    python = tmp_path / "python3"
    waiting = STUB.replace('eval "$FAKE_VENV"', 'mkdir -p "$3/bin"; echo waiting; sleep 60')
    python.write_text(waiting)
    python.chmod(0o755)
    environment = os.environ | {"LOG": str(tmp_path / "log"), "PYTHON": str(python)}
    # A runner in the background may have had Ctrl-C ignored, and a program inherits that.
    with subprocess.Popen(
        [str(project / "run")],
        cwd=tmp_path,
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        while not (project / ".venv" / "bin").exists():
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) != 0
    python.write_text(STUB)
    environment["FAKE_VENV"] = 'mkdir -p "$3"; touch "$3/pip"'
    done = subprocess.run([str(project / "run")], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0


def test_a_benchmark_runs_with_all_that_it_needs(run, project):
    _, [(_, install), (place, asked)] = run("benchmarks.load", "http://localhost:5000")
    assert "-r requirements-dev.txt" in install
    assert (place, asked) == (str(project), "-m benchmarks.load http://localhost:5000")


@pytest.fixture
def ci(tmp_path):
    """Calls .ci/run with a fake ./run of given exit statuses: (exit status, the calls of ./run, the output)."""
    for folder in (".ci", ".venv/bin", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    script(tmp_path / "run", 'echo "$*" >> asked; read -r status < statuses; sed -i 1d statuses; exit "$status"')
    for name in (".venv/bin/ruff", "bin/npm", "bin/node"):
        script(tmp_path / name, "exit 0")
    for name in ("bash", "cat", "dirname", "sed", "sh", "tail"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))

    def call(*statuses):
        (tmp_path / "statuses").write_text("".join(f"{status}\n" for status in statuses))
        done = subprocess.run(
            [str(tmp_path / ".ci" / "run")],
            env={"PATH": str(tmp_path / "bin")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, (tmp_path / "asked").read_text().splitlines(), done.stdout

    return call


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


ALL, AGAIN = "test -n 2 --dist loadfile", "test --last-failed --last-failed-no-failures none"


@pytest.mark.parametrize(
    ("statuses", "status", "tries"),
    [
        ((0, 0), 0, [ALL]),
        ((0, 1, 0), 0, [ALL, AGAIN]),
        ((0, 1, 1), 1, [ALL, AGAIN]),
        ((0, 2), 2, [ALL]),
        ((0, 4), 4, [ALL]),
        ((1,), 1, []),
    ],
)
def test_ci_tries_failed_tests_again_openly_and_ends_with_the_true_status(ci, statuses, status, tries):
    ended, asked, output = ci(*statuses)
    assert ended == status
    assert asked == ["setup", *tries]
    assert ("SECOND TRY" in output) == (AGAIN in tries)
