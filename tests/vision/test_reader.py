"""Reader, the API for Python programs."""

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from films import moving, write_film

from app.vision import Reader
from app.vision.errors import BadImage, BadVideo, UnknownModel
from app.vision.reader import columns, rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def reader():
    return Reader(model="light")


@pytest.fixture
def film(tmp_path, astronaut):
    return write_film(tmp_path / "film.mp4", moving(astronaut, 12))


def test_a_photo_is_a_path_bytes_or_an_array(reader, photo, astronaut, tmp_path):
    (tmp_path / "me.jpg").write_bytes(photo)
    readings = list(
        reader.photos([tmp_path / "me.jpg", str(tmp_path / "me.jpg"), photo, astronaut, astronaut[:, :, 1]])
    )
    assert [reading.faces[0].emotion for reading in readings] == ["happy"] * 5
    assert [reading.file for reading in readings] == [str(tmp_path / "me.jpg")] * 2 + [None] * 3
    assert readings[0].time_s is None


def test_a_films_readings_are_its_frames_those_without_a_face_too(reader, film):
    readings = list(reader.video(film))
    assert [reading.frame for reading in readings] == list(range(12))
    assert readings[5].time_s == 0.2
    assert readings[-1].faces[0].emotion == "happy"
    assert {face.track for reading in readings for face in reading.faces} == {1}
    assert [reading.to_json() for reading in reader.video(film.read_bytes())] == [
        reading.to_json() | {"file": None} for reading in readings
    ]


def test_a_film_of_a_video_call_tells_more_faces_than_a_live_picture(reader, astronaut, tmp_path):
    head = astronaut[20:220, 120:320]
    grid = np.tile(head, (4, 5, 1))
    film = write_film(tmp_path / "call.mp4", [grid] * 12)
    *_, last = reader.video(film)
    assert len(last.faces) == 20
    assert len({face.track for face in last.faces}) == 20


def test_some_frames_a_second(reader, film):
    assert [reading.time_s for reading in reader.video(film, fps=10)] == [0.0, 0.12, 0.2, 0.32, 0.4]


def test_readings_are_frozen_and_their_json_is_json_without_timings(reader, astronaut):
    reading = reader.photo(astronaut)
    content = json.loads(json.dumps(reading.to_json(), allow_nan=False))
    assert "timing_ms" not in content
    assert content["faces"][0]["emotion"] == "happy"
    with pytest.raises(FrozenInstanceError):
        reading.frame = 2


def test_rows_make_a_table_with_the_models_columns(reader, film):
    pandas = pytest.importorskip("pandas")
    readings = list(reader.video(film))
    table = pandas.DataFrame([row for reading in readings for row in reading.rows()])
    assert set(table.columns) <= set(columns(reader.card.labels))
    last = table.iloc[-1]
    assert last.emotion == "happy"
    assert last[list(reader.card.labels)].sum() == pytest.approx(1, abs=0.01)
    assert len(table) == len(readings)


def test_a_picture_without_a_face_is_one_row_without_one(reader):
    (row,) = reader.photo(np.full((100, 100), 90, np.uint8)).rows()
    assert row == {"file": None, "frame": 0, "time_s": None, "face": None}


def test_an_emotion_named_like_a_column_has_a_column_of_its_own():
    names = columns(["score", "happy"])
    assert len(names) == len(set(names))
    face = {"box": [1, 2, 3, 4], "landmarks": None, "tilt_deg": 0, "turn": None, "score": 0.5}
    face |= {"emotion": "score", "certain": True, "emotions": {"score": 0.75, "happy": 0.25}}
    (row,) = rows({"file": "a", "frame": 0, "time_s": None, "faces": [face]})
    assert (row["score"], row["emotion_score"]) == (0.5, 0.75)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((50, 50, 4), np.uint8),
        np.zeros((50, 50), np.float32),
        np.zeros(9, np.uint8),
        np.zeros((4, 90), np.uint8),
    ],
)
def test_other_arrays_are_refused_in_words(reader, pixels):
    with pytest.raises(BadImage, match="pixels"):
        reader.photo(pixels)


def test_what_cannot_be_read_is_an_error(reader, tmp_path):
    with pytest.raises(FileNotFoundError):
        reader.photo(tmp_path / "none.jpg")
    with pytest.raises(BadImage):
        reader.photo(b"hello")
    with pytest.raises(BadVideo):
        list(reader.video(b"hello"))
    with pytest.raises(UnknownModel, match=r"there are .*light"):
        Reader(model="../light")


def test_reader_needs_no_flask_no_server_and_no_environment():
    code = (
        "import sys; from app.vision import Reader; Reader(model='light');"
        "sys.exit(any(n.split('.')[0] in ('flask', 'werkzeug', 'socketio', 'app.config') for n in sys.modules))"
    )
    environ = {"FACEIT_MODEL": "nonsense", "FACEIT_NOTHING": "1"}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, check=False).returncode == 0


def test_importing_the_contract_loads_neither_opencv_nor_litert():
    code = "import sys, app.vision.contract; sys.exit(any(n in sys.modules for n in ('cv2', 'ai_edge_litert', 'av')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
