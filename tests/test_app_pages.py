"""The values that the pages' templates get."""

import copy
import functools
import json
import operator
import re
from dataclasses import replace

import pytest
from fakes import FakeAnalyser
from flask import abort
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader

from app import create_app
from app.pages import picks
from app.vision.contract import Card
from app.vision.errors import BadModel

SIX = ("angry", "fear", "happy", "sad", "surprise", "neutral")
TEMPLATE = "{{ settings | tojson }}\n{{ models | tojson }}"


def serve(app):
    app.jinja_loader = DictLoader(dict.fromkeys(("live.html", "photo.html", "models.html"), TEMPLATE))
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/photo", "/models"])
def test_every_page_gets_the_settings_and_the_models(path):
    client = serve(create_app({"MAX_FRAME_BYTES": 1000}, FakeAnalyser("study", "other")))
    settings, models = client.get(path).get_data(as_text=True).splitlines()
    assert json.loads(settings) == {"max_frame_bytes": 1000, "reading": "both"}
    assert [(card["name"], card["default"]) for card in json.loads(models)] == [("study", True), ("other", False)]


def test_pages_open_without_a_model():
    client = serve(create_app({}, FakeAnalyser()))
    _, models = client.get("/").get_data(as_text=True).splitlines()
    assert json.loads(models) == []


def test_the_study_stands_among_the_models_on_the_exam_that_both_sat(tmp_path):
    sat, else_ = {"accuracy": 0.63, "interval": [0.618, 0.641], "macro_f1": 0.607}, {"accuracy": 0.8}
    analyser = FakeAnalyser("ours", "other")
    for name, scores in (("ours", {"test6": sat}), ("other", {"ferplus8": else_})):
        analyser.models.cards[name] = replace(analyser.models.cards[name], scores=scores)
    study = [{"name": "vgg16", "parameters": None, "exam": "test6", "accuracy": 0.59, "macro_f1": None}]
    (tmp_path / "study.json").write_text(json.dumps(study))
    page = create_app({"MODELS": str(tmp_path)}, analyser).test_client().get("/models").get_data(as_text=True)
    table = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page[page.index("<tbody>") : page.index("</tbody>")]))
    assert "The ours network 63.0% 61.8 to 64.1 F1 0.61 – 0.5 ms" in table
    assert "The other network – 80.0% 0.5 ms" in table
    assert "The study’s vgg16, as printed 59.0%" in table


def test_the_study_is_told_with_its_recipes_run_again_and_the_same_architectures_trained_well(tmp_path):
    analyser = FakeAnalyser("vgg16")
    recalls = {label: {"recall": 0.7} for label in SIX}
    ours = {"test6": {"accuracy": 0.68, "per_class": recalls}}
    analyser.models.cards["vgg16"] = replace(analyser.models.cards["vgg16"], scores=ours)
    again = {"accuracy": 0.57, "recall": dict.fromkeys(SIX, 0.5), "val_accuracy": [0.3, 0.6]}
    known = {"name": "vgg16", "exam": "test6", "accuracy": 0.59, "recall": dict.fromkeys(SIX, 0.6)}
    study = [known | {"val_accuracy": [0.4, 0.5], "again": again}, {"name": "fnn", "exam": "test6", "val_accuracy": []}]
    (tmp_path / "study.json").write_text(json.dumps(study))
    page = create_app({"MODELS": str(tmp_path)}, analyser).test_client().get("/models").get_data(as_text=True)
    section = page[page.index('id="study-title"') :]
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", section))
    assert "vgg16 59.0% 57.0% 68.0%" in text
    assert "fnn – – –" in text
    assert 'class="theirs" points="34,70.0 54,50.0 "' in section
    assert 'class="again" points="34,90.0 54,30.0 "' in section
    assert re.search("vgg16 as printed( 60%){6} vgg16 run again( 50%){6} vgg16 trained well( 70%){6}", text)


FULL = {
    "file": {"name": "model.tflite", "sha256": "0" * 64, "bytes": 7},
    "certain_from": {"threshold": 0.6, "coverage": 0.8, "accuracy": 0.85},
    "architecture": {"parameters": 1000, "layers": [["conv_1 (Conv2D)", [48, 48, 32], 832]]},
    "recipe": {"epochs_run": 10, "minutes": 5.5},
    "data": {"rows": {"training": 28006}},
    "made": {"date": "2026-11-24"},
    "experimental": True,
    "agreement": {"raters": 12, "votes": 6000, "alpha": {"value": 0.52, "low": 0.48, "high": 0.56}},
    "probe": {"pictures": 2000, "conditions": {"as it is": {"label": 0.62}, "4 px off": {"label": 0.6}}},
    "scores": {
        "test6": {
            "labels": ["happy", "sad"],
            "rows": 20,
            "accuracy": 0.6,
            "interval": [0.5, 0.7],
            "macro_f1": 0.55,
            "ece": 0.02,
            "per_class": {"happy": {"precision": 0.5, "recall": 0.6, "f1": 0.55, "support": 10}},
            "confusion": [[6, 4], [4, 6]],
        }
    },
}


def test_the_models_page_tells_how_far_raters_agree_beside_the_scores_and_what_is_experimental():
    analyser = FakeAnalyser("study", "other")
    analyser.models.cards["study"] = Card.from_json(analyser.models.cards["study"].to_json() | FULL)
    page = create_app({}, analyser).test_client().get("/models").text
    mine, other = page.partition('id="study"')[2].split('id="other"')
    told = (">experimental<", "alpha 0.52 (0.48 to 0.56)", "12 people, 6,000 votes", "no network can be more right")
    for words in told:
        assert words in mine
        assert words not in other


def _places(content, path=()):
    yield path
    for key in content if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ():
        yield from _places(content[key], (*path, key))


_odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=4,
)


def test_a_model_tells_what_it_loses_to_a_camera():
    analyser = FakeAnalyser("study")
    analyser.models.cards["study"] = replace(analyser.models.cards["study"], probe=FULL["probe"])
    page = create_app({}, analyser).test_client().get("/models").get_data(as_text=True)
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page[page.index("Off centre") :]))
    assert "as it is 62% 4 px off 60% 2.0" in text


@given(st.sampled_from([path for path in _places(FULL) if path]), _odd)
@settings(deadline=None)
def test_whatever_stands_in_a_card_it_is_refused_or_shown(path, value):
    content = copy.deepcopy(FULL)
    *way, last = path
    functools.reduce(operator.getitem, way, content)[last] = value
    analyser = FakeAnalyser("study")
    try:
        analyser.models.cards["study"] = Card.from_json(analyser.models.cards["study"].to_json() | content)
    except BadModel:
        return
    client = create_app({}, analyser).test_client()
    for page in ("/", "/photo", "/models", "/api/v1/models"):
        assert client.get(page).status_code == 200


def test_only_the_pictures_of_an_offered_model_are_served(tmp_path):
    for name in ("study", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "curves.png").write_bytes(b"picture")
        (tmp_path / name / "card.json").write_bytes(b"{}")
    client = create_app({"MODELS": str(tmp_path)}, FakeAnalyser("study")).test_client()
    with client.get("/models/study/curves.png") as response:
        assert response.data == b"picture"
    for path in ("study/confusion.png", "study/card.json", "secret/curves.png", "study/../secret/curves.png"):
        assert client.get(f"/models/{path}").status_code == 404


def test_the_operators_notice_stands_on_the_privacy_page():
    client = create_app({"NOTICE": "Run by the <library>."}, FakeAnalyser("study")).test_client()
    assert "Run by the &lt;library&gt;." in client.get("/privacy").get_data(as_text=True)
    assert "What happens to your picture" in client.get("/privacy").get_data(as_text=True)


@pytest.mark.parametrize(
    "promise",
    [
        "goes to this server and nowhere else",
        "<strong>On the server:</strong> nothing about you",
        "runs on your own computer without the internet",
        "a thing to play and learn with",
        "forbidden at work and in education",
        "people must be told",
        "knows no names",
    ],
)
def test_the_privacy_page_tells_what_is_sent_what_is_kept_and_where_the_law_forbids_it(client, promise):
    assert promise in client.get("/privacy").get_data(as_text=True)


def test_the_models_page_says_that_nobody_counted_whom_the_networks_read_worse(client):
    page = client.get("/models").get_data(as_text=True)
    assert "Are some people read worse than others?" in page
    assert "tells of no picture how old a person is" in page


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "nothing here"), (500, "broke on our side"), (418, "teapot")],
)
def test_people_are_told_on_a_page_of_the_same_look_what_is_wrong(app, status, words):
    app.add_url_rule("/wrong", view_func=lambda: abort(status))
    response = app.test_client().get("/wrong")
    assert (response.status_code, response.mimetype) == (status, "text/html")
    page = response.get_data(as_text=True)
    assert words in page
    assert 'aria-label="Main"' in page
    assert str(status) in page


def test_a_broken_page_tells_people_no_secrets(caplog):
    app = create_app({}, FakeAnalyser("study"))
    app.add_url_rule("/wrong", view_func=lambda: 1 / 0)
    response = app.test_client().get("/wrong")
    assert response.status_code == 500
    assert "broke on our side" in response.get_data(as_text=True)
    assert "division" not in response.get_data(as_text=True)
    assert "division" in caplog.text


def test_a_page_that_takes_no_posts_says_what_it_takes(client):
    response = client.post("/photo")
    assert (response.status_code, response.mimetype) == (405, "text/html")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/photo", "/models", "/privacy", "/nowhere"])
def test_the_real_templates_run_no_inline_script_and_ask_no_other_host(path):
    page = create_app({}, FakeAnalyser("study", "other")).test_client().get(path).get_data(as_text=True)
    scripts = re.findall(r"<script[^>]*>", page)
    assert all("src=" in script or "application/json" in script for script in scripts)
    assert not re.search(r"(src|href)=.https?://", page)
    assert not re.search(r"\son\w+=|\sstyle=", page)


def test_three_models_are_offered_in_plain_words_the_default_first_and_none_that_is_much_worse_for_being_quick():
    card = {"scores": {}, "default": False, "ms_per_face": 5.0}
    cards = [
        card | {"name": "usual", "default": True, "scores": {"test6": {"accuracy": 0.65}}},
        card | {"name": "crude", "ms_per_face": 0.1, "scores": {"test6": {"accuracy": 0.42}}},
        card | {"name": "light", "ms_per_face": 0.5, "scores": {"test6": {"accuracy": 0.66}}},
        card | {"name": "large", "ms_per_face": 9.0, "scores": {"test6": {"accuracy": 0.71}}},
        card | {"name": "few", "ms_per_face": 0.1, "scores": {"test6": {"accuracy": 0.99}}, "experimental": True},
    ]
    offered = [(kind, card["name"]) for kind, card in picks(cards)]
    assert offered == [("default", "usual"), ("fast", "light"), ("sharp", "large")]
    assert picks([]) == []
    assert [kind for kind, _ in picks(cards[:1])] == ["default"]
