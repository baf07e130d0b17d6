"""Reading on a Ray cluster of this machine."""

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from app.analyse import batch, cluster
from app.analyse.reading import Options
from app.analyse.results import Results
from app.analyse.sources import find
from app.vision import Reader

reader_of = functools.partial(Reader, "light")


@pytest.fixture
def results(tmp_path):
    (tmp_path / "parts").mkdir()
    return Results(tmp_path / "parts", "light", "0" * 64, Options())


def files_of(results):
    return {path.name: path.read_bytes() for path in results.folder.iterdir()}


@pytest.mark.filterwarnings("ignore")  # Ray's own, of files and sockets that it closes late
def test_the_results_are_the_same_bytes_as_this_machines_own(folder, tmp_path, results, monkeypatch):
    pytest.importorskip("ray", reason="Ray is an extra: pip install -r requirements-ray.txt")
    sources = find([Path("in").resolve()])
    outcomes = dict(cluster.read_all(sources, results, reader_of, "local"))
    assert [source.path.name for source, why in outcomes.items() if why] == ["bad.jpg"]
    (tmp_path / "own").mkdir()
    own = replace(results, folder=tmp_path / "own")
    for source in sources:
        if not outcomes[source]:
            own.make(reader_of(), source)
    assert files_of(results) == files_of(own)


def test_a_machine_that_does_not_see_a_file_is_sent_it(folder, tmp_path, results):
    (source,) = find(["in/a/film.mp4"])
    actor = cluster._Actor(results, reader_of, tmp_path / "no token")
    assert actor.read(source) == cluster._NOT_HERE
    stat = source.path.stat()
    outcome = actor.read_sent(source, source.path.read_bytes(), stat.st_mtime_ns)
    assert cluster._keep(results, source, outcome) is None
    sent = files_of(results)
    results.make(reader_of(), source)
    assert files_of(results) == sent
    drawing = cluster._Actor(replace(results, options=Options(annotate=tmp_path)), reader_of, tmp_path / "no token")
    assert drawing.read_sent(source, b"", 0) == cluster.NOT_SHARED


def test_without_ray_or_a_cluster_a_sentence_says_so(results, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(__import__("sys").modules, "ray", None)
        with pytest.raises(batch.NoCluster, match=r"requirements-ray\.txt"):
            next(cluster.read_all([], results, reader_of, "auto"))
