"""`flask label`, which the public site does not load."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from fakes import FakeAnalyser
from labels import Person, draw_faces, open_site

from app.factory import create_app
from app.labelling.site import create_site

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(app):
    """A function that runs `flask label` with these arguments."""
    return lambda *arguments: app.test_cli_runner().invoke(args=["label", *map(str, arguments)])


def test_the_public_site_has_no_page_of_it():
    public = {str(rule) for rule in create_app({"TESTING": True}, FakeAnalyser("study")).url_map.iter_rules()}
    assert {"/", "/photo", "/models", "/privacy", "/healthz", "/api/v1/analyse"} <= public
    assert not any(
        re.match(r"/(join|r|you|operator|results|votes|pictures|look)\b|/api/(?!v1/)", rule) for rule in public
    )


def test_the_labelling_site_has_no_page_of_the_public_one(site):
    own = {str(rule) for rule in site.url_map.iter_rules()}
    assert own == {
        "/",
        "/api/invites",
        "/api/next",
        "/api/raters",
        "/api/results",
        "/api/undo",
        "/api/votes",
        "/api/withdraw",
        "/healthz",
        "/join/<token>",
        "/look/<path:filename>",
        "/operator/<token>",
        "/pictures/<int:number>/face.jpg",
        "/pictures/<int:number>/photo.jpg",
        "/r/<token>",
        "/results",
        "/results/<int:number>/face.jpg",
        "/results/join.svg",
        "/static/<path:filename>",
        "/votes.csv",
        "/you",
        "/you/link.svg",
    }


def test_starting_the_public_site_loads_no_database():
    code = (
        "import sys; from app import create_app; create_app();"
        "sys.exit(any(n in sys.modules for n in ('sqlalchemy', 'alembic', 'krippendorff', 'waitress')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_what_is_missing_is_named_with_the_file_that_brings_it(run, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "app.labelling.database")
    monkeypatch.setitem(sys.modules, "alembic", None)  # makes its import fail
    said = run(tmp_path, "--words", "doubt pain")
    assert said.exit_code == 1
    assert "alembic is not installed; pip install -r requirements-label.txt brings it" in said.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no words yet"),
        (("--words", "pain"), "at least two words"),
        (("--words", "doubt pain", "--database", "nonsense"), "names no database"),
        (("--raters", "0"), "0 is not in the range"),
        (("--first", "last"), "'last' is not one of"),
    ],
)
def test_what_can_t_be_is_refused_in_words(run, tmp_path, arguments, words):
    said = run(tmp_path, *arguments)
    assert said.exit_code != 0
    assert words in said.output
    assert "Traceback" not in said.output


def test_export_writes_the_votes_and_ends(run, folder):
    anna = Person(create_site(open_site(folder)))
    anna.vote(anna.next()["faces"][0]["face"], ["pain"])
    said = run(folder, "--export", folder / "votes.csv")
    assert said.output == f"{folder}/votes.csv: 1 faces with votes\n"
    assert (folder / "votes.csv").read_text().startswith("picture,x,y,width,height,doubt,pain,neutral,cant_tell")


def test_the_command_serves_until_it_is_ended(tmp_path):
    draw_faces(tmp_path, 3)
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi.py", "label", tmp_path, "--words", "doubt pain", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        join = next(match[0] for line in process.stdout if (match := re.search(r"http://\S+/join/\S+", line)))
        address, _, token = join.partition("/join/")
        rater = requests.Session()
        assert rater.post(f"{address}/api/raters", json={"join": token, "name": "Anna"}).status_code == 200
        while not (faces := rater.get(f"{address}/api/next").json()["faces"]):
            pass
        assert rater.get(address + faces[0]["picture"]).headers["Content-Type"] == "image/jpeg"
        vote = {"key": "12345678", "face": faces[0]["face"], "answer": ["pain"]}
        assert rater.post(f"{address}/api/votes", json=vote).status_code == 200
        assert "Server" not in rater.get(address).headers
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()
