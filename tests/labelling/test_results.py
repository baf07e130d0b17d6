"""The operator's page of results and the file of votes."""

import csv
import json

import pytest
from labels import Person, draw_faces, open_site

from app.labelling import results
from app.labelling.export import export
from app.labelling.site import create_site
from app.labelling.turns import Rules


@pytest.fixture
def voted(tmp_path):
    """A site with 24 faces and three raters, two of whom vote alike, and its operator's client."""
    draw_faces(tmp_path, 24)
    site = create_site(open_site(tmp_path, rules=Rules(raters=3)))
    for name in ("Anna", "Ben", "Cleo"):
        person = Person(site, name)
        ahead = person.next()
        while ahead["faces"]:
            face = ahead["faces"][0]["face"]
            word = "pain" if face > 4 else "neutral"
            ahead = person.vote(face, ["doubt", word] if name == "Cleo" and face % 2 else [word]).json
    return site


@pytest.fixture
def operator(voted):
    """The operator's client."""
    client = voted.test_client()
    client.get(f"/operator/{voted.extensions['labelling'].operator_token}")
    return client


def test_before_the_first_vote_there_are_figures_too(site, labelling):
    client = site.test_client()
    client.get(f"/operator/{labelling.operator_token}")
    figures = client.get("/api/results").json
    assert figures["alpha"] is None
    assert figures["votes"] == 0
    assert figures["wanted"] == 12
    assert [row["votes"] for row in figures["words"]] == [0] * 5
    assert "Agreement can’t be told yet" in figures["warnings"][0]
    assert client.get("/votes.csv").text.count("\n") == 1


def test_the_figures_tell_agreement_words_raters_confusions_and_splits(operator):
    figures = operator.get("/api/results").json
    assert figures["votes"] == figures["wanted"] == 72
    assert figures["pictures"] == figures["faces"] == 24
    words = {row["word"]: row for row in figures["words"]}
    assert list(words) == ["doubt", "pain", "neutral", "cant_tell", "no_face"]
    assert (words["pain"]["votes"], words["pain"]["majority"], words["pain"]["dawid_skene"]) == (55.0, 20, 20)
    assert words["doubt"]["majority"] == 0
    assert words["doubt"]["votes"] == 6.0
    assert 0 < figures["alpha"]["low"] <= figures["alpha"]["value"] <= figures["alpha"]["high"] < 1
    raters = {row["name"]: row for row in figures["raters"]}
    assert raters["Anna"]["with_others"] == raters["Ben"]["with_others"] > raters["Cleo"]["with_others"] == 0.75
    assert figures["confusions"][0]["words"] == ["pain", "doubt"]
    assert all(split["apart"] == pytest.approx(1 / 3, abs=1e-3) for split in figures["splits"])
    assert len(figures["splits"]) == 12


def test_words_with_few_faces_or_little_agreement_are_warned_of(operator):
    warnings = operator.get("/api/results").json["warnings"]
    assert any(words.startswith("“doubt”: 0 faces by majority are few") for words in warnings)
    assert any(words.startswith("“neutral”: 4 faces by majority are few") for words in warnings)
    assert not any(words.startswith("“pain”: 20 faces") for words in warnings)


def test_the_figures_follow_every_vote_undo_and_withdrawal(voted, operator):
    dora = Person(voted, "Dora")
    assert operator.get("/api/results").json["raters"][-1]["name"] == "Dora"
    dora.client.post("/api/withdraw", json={})
    assert operator.get("/api/results").json["raters"][-1]["name"] == "Cleo"
    anna = voted.test_client()
    number = operator.get("/api/raters").json[0]["id"]
    anna.get(operator.post("/api/invites", json={"rater": number}).json["link"])
    anna.post("/api/undo", json={"key": "undo-0001"})
    assert operator.get("/api/results").json["votes"] == 71
    assert sum(row["votes"] for row in operator.get("/api/results").json["words"]) == 71


def test_figures_are_made_once_for_the_same_votes(operator, monkeypatch):
    first = operator.get("/api/results").json
    monkeypatch.setattr(results, "make", lambda connection: pytest.fail("nothing has changed"))
    assert operator.get("/api/results").json == first


def test_the_file_of_votes_holds_a_row_a_face_and_shares_of_split_votes(voted, operator, tmp_path):
    labelling = voted.extensions["labelling"]
    assert export(labelling.engine, tmp_path / "votes.csv") == 24
    text = (tmp_path / "votes.csv").read_text(encoding="utf-8")
    assert operator.get("/votes.csv").text == text
    rows = list(csv.DictReader(text.splitlines()))
    assert ",".join(rows[0]) == "picture,x,y,width,height,doubt,pain,neutral,cant_tell,no_face,raters,tilt_deg"
    columns = ("doubt", "pain", "neutral", "cant_tell", "no_face")
    assert {tuple(row[column] for column in columns) for row in rows} == {
        ("0", "3", "0", "0", "0"),
        ("0.5", "2.5", "0", "0", "0"),
        ("0", "0", "3", "0", "0"),
        ("0.5", "0", "2.5", "0", "0"),
    }
    assert {row["raters"] for row in rows} == {"3"}
    summary = json.loads((tmp_path / "votes.json").read_text(encoding="utf-8"))
    assert summary["words"] == ["doubt", "pain", "neutral"]
    assert summary | {"alpha": 0, "alpha_by_word": 0, "words": 0} == {
        "raters": 3,
        "votes": 72,
        "faces": 24,
        "words": 0,
        "alpha": 0,
        "alpha_by_word": 0,
    }
    assert summary["alpha_by_word"]["neutral"]["value"] > summary["alpha_by_word"]["doubt"]["value"]
    assert "Anna" not in text + json.dumps(summary)


def test_shares_of_three_words_add_up_to_one_vote(tmp_path):
    draw_faces(tmp_path, 1)
    site = create_site(open_site(tmp_path))
    anna = Person(site)
    anna.vote(anna.next()["faces"][0]["face"], ["doubt", "pain", "neutral"])
    export(site.extensions["labelling"].engine, tmp_path / "votes.csv")
    row = next(csv.DictReader((tmp_path / "votes.csv").read_text().splitlines()))
    assert [row[word] for word in ("doubt", "pain", "neutral")] == ["0.333333"] * 3
