"""Reading with several processes, some of which are killed."""

import functools
import os
import signal
import threading

import pytest

from app.analyse import jobs
from app.analyse.reading import Options
from app.analyse.results import Results
from app.analyse.sources import find
from app.vision import Reader

reader_of = functools.partial(Reader, "light")


def results_in(folder):
    folder.mkdir()
    return Results(folder, "light", "0" * 64, Options())


def files_of(results):
    return {path.name: path.read_bytes() for path in results.folder.iterdir()}


def read_all(results, number, note=lambda *_: None):
    return {source.name: why for source, why in jobs.read_all(find(["in"]), results, reader_of, number, note)}


@pytest.fixture(scope="module")
def undisturbed(made, tmp_path_factory):
    """The results of reading the folder in this process, one file after the other."""
    results, reader = results_in(tmp_path_factory.mktemp("undisturbed") / "parts"), reader_of()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made.parent)
        (made.parent / "in").symlink_to(made)
        for source in find(["in"]):
            if "bad" not in source.name:
                results.make(reader, source)
    return files_of(results)


def without_times(files):
    """Asserts that two results are equal except for the files' times."""
    return {
        name: b"".join(line for line in text.splitlines(True) if b"modified_ns" not in line)
        for name, text in files.items()
    }


@pytest.mark.parametrize("number", [1, 3])
def test_the_results_are_the_same_bytes_however_many_processes_read(folder, tmp_path, undisturbed, number):
    results = results_in(tmp_path / "parts")
    outcomes = read_all(results, number)
    assert [name for name, why in outcomes.items() if why] == ["in/b/bad.jpg"]
    assert without_times(files_of(results)) == without_times(undisturbed)


def test_a_killed_process_is_replaced_and_its_file_read_again(folder, tmp_path, undisturbed):
    killed = []
    slots = []

    class Watched(jobs._Slot):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            slots.append(self)

    def kill(*_):
        """Kills each process once, in the middle of a file."""
        for slot in slots:
            pid = int(slot.told[0])
            if len(killed) < 4 and pid and pid not in killed and slot.told[1] > 0:
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

    results = results_in(tmp_path / "parts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_Slot", Watched)
        patch.setattr(jobs, "TICK_S", 0.001)
        outcomes = read_all(results, 2, kill)
    assert killed
    assert [name for name, why in outcomes.items() if why] == ["in/b/bad.jpg"]
    results.sweep()
    assert without_times(files_of(results)) == without_times(undisturbed)


class Deadly:
    """A reader that kills its process."""

    def photo(self, _path):
        os._exit(1)


def crash():
    os._exit(1)


@pytest.mark.parametrize(
    ("reader_of", "words"), [(Deadly, "died 2 times; the file"), (crash, "died 2 times before it")]
)
def test_a_file_over_which_every_process_dies_fails_alone(folder, tmp_path, monkeypatch, reader_of, words):
    monkeypatch.setattr(jobs, "TRIES", 2)
    monkeypatch.setattr(jobs, "STARTS", 2)
    sources = find(["in/a/me.jpg"])
    ((source, why),) = jobs.read_all(sources, results_in(tmp_path / "parts"), reader_of, 1)
    assert source.name == "in/a/me.jpg"
    assert words in why


class Stuck:
    """A reader that never returns."""

    def photo(self, _path):
        threading.Event().wait()


def test_a_file_that_takes_for_ever_is_given_up(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "STALLED_S", 0)
    sources = find(["in/a/me.jpg", "in/b/me.JPG"])
    outcomes = list(jobs.read_all(sources, results_in(tmp_path / "parts"), Stuck, 2))
    assert {source for source, _ in outcomes} == set(sources)
    assert all("given up" in why for _, why in outcomes)


def test_no_source_is_no_work(tmp_path):
    assert list(jobs.read_all([], results_in(tmp_path / "parts"), crash, 2)) == []
