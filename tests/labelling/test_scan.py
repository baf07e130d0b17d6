"""The background scan of the folder, which identifies faces by their content."""

import shutil
import threading

from fakes import encode
from labels import WORDS, Person, draw_faces, open_site, whole
from PIL import Image

from app.factory import create_app
from app.labelling import words
from app.labelling.database import open_database, url_of, writing
from app.labelling.scan import Scanner, finder, walk
from app.labelling.site import Labelling, create_site
from app.vision.errors import BadImage


def rows(labelling, columns, table):
    with labelling.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {columns} FROM {table} ORDER BY id").all()


def test_an_empty_folder_is_no_error(tmp_path):
    labelling = open_site(tmp_path)
    assert rows(labelling, "id", "pictures") == []


def test_every_picture_in_every_folder_is_looked_at_hidden_ones_and_others_are_not(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("a.JPG", "deep/b.png", "deep/er/c.webp", ".hidden/d.png", "deep/.e.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    found = sorted(path.relative_to(tmp_path).as_posix() for path in walk(tmp_path))
    assert found == ["a.JPG", "deep/b.png", "deep/er/c.webp"]


def test_a_picture_is_looked_at_once_and_a_moved_folder_or_file_loses_no_vote(tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    draw_faces(first, 4)
    labelling = open_site(first)
    keys = rows(labelling, "key", "items")
    labelling.engine.dispose()
    moved = tmp_path / "moved"
    shutil.move(first, moved)
    (moved / "by hand").mkdir()
    (moved / "0002.png").rename(moved / "by hand" / "other name.png")

    def look_again(data):
        raise AssertionError("it is known")

    again = open_site(moved, find=look_again)
    assert rows(again, "key", "items") == keys
    assert ("by hand/other name.png",) in rows(again, "path", "pictures")


def test_a_copy_of_a_picture_is_one_item_and_a_changed_one_another(tmp_path):
    draw_faces(tmp_path, 1)
    shutil.copy(tmp_path / "0000.png", tmp_path / "copy.png")
    labelling = open_site(tmp_path)
    assert len(rows(labelling, "id", "items")) == 1
    labelling.engine.dispose()
    draw_faces(tmp_path, 1, seed=2)
    assert len(rows(open_site(tmp_path), "id", "items")) == 2


def test_several_faces_of_a_photo_are_several_items_and_their_boxes_are_kept(tmp_path):
    draw_faces(tmp_path, 1)
    boxes = [((1, 2, 10, 11), -4.5, 0.25), ((20, 20, 12, 12), 0.0, 0.5)]
    labelling = open_site(tmp_path, find=lambda data: boxes)
    assert rows(labelling, "x, y, width, height, tilt_deg, margin", "items") == [
        (1, 2, 10, 11, -4.5, 0.25),
        (20, 20, 12, 12, 0.0, 0.5),
    ]


def test_what_cannot_be_read_is_counted_with_its_reason_and_the_rest_goes_on(tmp_path):
    draw_faces(tmp_path, 2)
    (tmp_path / "0000.png").write_bytes(b"no picture")
    (tmp_path / "big.png").write_bytes(b"x" * (10**6 + 1))

    def find(data):
        if data == b"no picture":
            raise BadImage("unreadable", "this is no picture")
        return whole(data)

    labelling = open_site(tmp_path, find=find)
    troubles = dict(rows(labelling, "path, trouble", "pictures"))
    assert troubles == {"0000.png": "this is no picture", "0001.png": "", "big.png": "larger than 1,000,000 bytes"}
    assert len(rows(labelling, "id", "items")) == 1


def test_the_first_faces_are_given_out_while_the_rest_of_the_folder_is_still_to_come(tmp_path):
    draw_faces(tmp_path, 40)
    engine = open_database(url_of(tmp_path))
    with writing(engine) as connection:
        words.store(connection, words.parse(WORDS))
    go_on, looked_at = threading.Event(), threading.Event()

    def find(data):
        if looked_at.is_set():
            assert go_on.wait(60)
        looked_at.set()
        return whole(data)

    scanner = Scanner(engine, tmp_path, find, max_bytes=10**6)
    anna = Person(create_site(Labelling.open(engine, tmp_path, scanner)))
    assert anna.next()["faces"] == []
    scanner.start()
    try:
        while not (ahead := anna.next())["faces"]:
            assert ahead["looking"]
        assert ahead["progress"]["left"] < 40
        assert scanner.looked_at < 40
    finally:
        go_on.set()
        scanner.stop()
    assert scanner.looked_at <= 40


def test_memory_does_not_hold_the_folder(tmp_path):
    draw_faces(tmp_path, 5)
    scanner = Scanner(open_database(url_of(tmp_path)), tmp_path, whole, max_bytes=10**6)
    assert scanner.looked_at == 0
    assert not isinstance(scanner._paths, list | tuple)
    scanner.start()
    scanner.wait()
    assert scanner.looked_at == 5


def test_our_own_finder_cuts_photos_and_takes_small_pictures_as_they_are(tmp_path, astronaut):
    (tmp_path / "photo.jpg").write_bytes(encode(astronaut))
    small = Image.fromarray(astronaut[20:220, 120:320]).resize((48, 48))
    (tmp_path / "small.png").write_bytes(encode(small, "PNG"))
    app = create_app()
    labelling = open_site(tmp_path, find=finder(app.extensions["pool"], 10**7))
    with labelling.engine.connect() as connection:
        query = "SELECT path, x, y, width, height, margin FROM items JOIN pictures ON pictures.id = picture_id"
        found = {path: box for path, *box in connection.exec_driver_sql(query)}
    assert found["small.png"][:4] == [0, 0, 48, 48]
    x, y, width, height, margin = found["photo.jpg"]
    assert x < 222 < x + width
    assert y < 115 < y + height
    assert 0 < margin <= 1
