"""Films: their frames, their times, and files that are no films."""

import sys
from contextlib import suppress

import numpy as np
import pytest
from films import HEIGHT, WIDTH, moving, portrait, write_film

from app.vision.errors import BadVideo
from app.vision.video import MISSING, Film, looks_like_film


def read(path, fps=None):
    with Film(path) as film:
        return list(film.frames(fps))


def test_the_times_are_the_films_own_whatever_the_rate(tmp_path, astronaut):
    times_ms = [0, 40, 50, 400, 430, 2000]
    film = write_film(tmp_path / "film.mkv", moving(astronaut, 6), times_ms)
    assert [round(frame.time_s * 1000) for frame in read(film)] == times_ms
    assert [frame.number for frame in read(film)] == [0, 1, 2, 3, 4, 5]


def test_some_frames_a_second_are_the_first_of_each_part_of_a_second(tmp_path, astronaut):
    film = write_film(tmp_path / "film.mp4", moving(astronaut, 25))
    assert [frame.time_s for frame in read(film, 5)] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert [frame.number for frame in read(film, 100)] == list(range(25))


def test_grey_levels_span_the_whole_range_and_colours_are_red_green_blue(tmp_path):
    colours = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    colours[:, :160] = 255
    colours[:120, 160:] = (250, 0, 0)
    (frame,) = read(write_film(tmp_path / "film.mp4", [colours]))
    assert frame.grey.shape == (HEIGHT, WIDTH)
    assert frame.grey[200, 40] > 250
    assert frame.grey[200, 280] < 5
    red, green, blue = frame.rgb[60, 240]
    assert red > 200
    assert max(green, blue) < 50


@pytest.mark.parametrize("turn_deg", [90, 180, -90])
def test_a_telephones_film_is_set_upright(tmp_path, astronaut, turn_deg):
    upright = portrait(astronaut)
    lying = np.ascontiguousarray(np.rot90(upright, -turn_deg // 90))
    with Film(write_film(tmp_path / "film.mp4", [lying], turn_deg=turn_deg)) as film:
        assert (film.width, film.height) == (WIDTH, HEIGHT)
        (frame,) = film.frames()
    assert np.abs(frame.rgb.astype(int) - upright).mean() < 8


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("ten_bits.mp4", "libx265", "yuv420p10le"),
        ("web.webm", "libvpx", "yuv420p"),
        ("old.avi", "mpeg4", "yuv420p"),
        ("broadcast.ts", "libx264", "yuv422p"),
    ],
)
def test_the_common_kinds_of_film_are_read(tmp_path, astronaut, name, codec, pixels):
    frames = read(write_film(tmp_path / name, moving(astronaut, 4), codec=codec, pixels=pixels))
    assert len(frames) == 4
    assert np.abs(frames[0].rgb.astype(int) - portrait(astronaut)).mean() < 12
    assert frames[0].time_s == 0
    assert looks_like_film((tmp_path / name).read_bytes()[:256])


def test_of_a_cut_film_the_frames_before_the_cut_are_read(tmp_path, astronaut):
    whole = write_film(tmp_path / "whole.mkv", moving(astronaut, 50), codec="mpeg4").read_bytes()
    with Film(whole[: len(whole) // 2]) as film:
        frames = list(film.frames())
    assert 10 < len(frames) < 40
    assert "the film ends at" in film.damage or "damaged" in film.damage


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libx264"), ("a.webm", "libvpx"), ("a.avi", "mpeg4"), ("a.ts", "libx264")]
)
def test_a_film_cut_anywhere_is_read_or_refused_in_words(tmp_path, astronaut, name, codec):
    whole = write_film(tmp_path / name, moving(astronaut, 20), codec=codec).read_bytes()
    counts = []
    for length in (*(len(whole) * tenth // 10 for tenth in range(10)), 188, 7):
        with suppress(BadVideo):
            counts.append(len(read(whole[:length])))
    assert all(0 < count <= 20 for count in counts)


def test_an_undamaged_film_says_no_damage(tmp_path, astronaut):
    with Film(write_film(tmp_path / "film.mkv", moving(astronaut, 30))) as film:
        assert len(list(film.frames())) == 30
    assert film.damage is None


def test_flipped_bits_end_in_frames_or_in_words(tmp_path, astronaut):
    whole = write_film(tmp_path / "whole.mp4", moving(astronaut, 10)).read_bytes()
    chance = np.random.default_rng(1)
    for _ in range(40):
        damaged = np.frombuffer(whole, np.uint8).copy()
        places = chance.integers(0, len(damaged), 20)
        damaged[places] ^= 1 << chance.integers(0, 8, 20, np.uint8)
        with suppress(BadVideo):
            assert 0 < len(read(damaged.tobytes())) <= 20


@pytest.mark.parametrize("data", [b"", b"hello", b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", b"ffconcat version 1.0\n"])
def test_what_is_no_film_is_refused_in_words(data):
    with pytest.raises(BadVideo, match="no film"):
        Film(data)
    assert not looks_like_film(data)


def test_a_file_that_is_not_there_is_the_systems_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Film(tmp_path / "none.mp4")


def test_a_photo_is_no_film(photo):
    assert not looks_like_film(photo)
    with pytest.raises(BadVideo):
        Film(photo)


def test_without_pyav_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BadVideo) as refused:
        Film(b"film")
    assert str(refused.value) == MISSING
