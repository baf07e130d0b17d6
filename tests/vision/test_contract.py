"""The contract of a network: the crop's square, the card and its check."""

import json
import sys
from pathlib import Path

import pytest
from fakes import make_card, write_model
from hypothesis import given
from hypothesis import strategies as st

from app.vision.contract import CARD, CROP_SCALE, Card, check_name, crop_square, load_model
from app.vision.errors import BadModel


@pytest.mark.parametrize(
    ("box", "square"),
    [
        ((0, 0, 10, 10), (5, 5, 10 * CROP_SCALE)),
        ((10, 20, 30, 60), (25, 50, 60 * CROP_SCALE)),
        ((10.5, 0, 40, 20), (30.5, 10, 40 * CROP_SCALE)),
    ],
)
def test_the_square_is_centred_on_the_box_and_spans_its_longer_side(box, square):
    assert crop_square(box) == pytest.approx(square)


def test_a_card_comes_back_from_json_as_it_was():
    card = make_card()
    assert Card.from_json(json.loads(json.dumps(card.to_json()))) == card


def test_what_a_later_version_adds_to_a_card_is_no_error():
    assert Card.from_json(make_card().to_json() | {"mood": "fine"}) == make_card()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "../up"}, "name"),
        ({"name": 7}, "name"),
        ({"labels": []}, "two or more"),
        ({"labels": ["happy"]}, "two or more"),
        ({"labels": ["happy", "happy"]}, "different"),
        ({"labels": ["happy", "<b>"]}, "lower-case"),
        ({"labels": [["happy"], ["sad"]]}, "lower-case"),
        ({"labels": "happy"}, "list"),
        ({"input": {"height": 64}}, "input"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": True}, "temperature must be a number above 0, not True"),
        ({"temperature": float("nan")}, "temperature"),
        ({"certain_from": {"threshold": True}}, "threshold must lie in 0..1, not True"),
        ({"file": {"name": "model.tflite", "sha256": "abc"}}, "64 hexadecimal digits, not 'abc'"),
        ({"file": {"name": "model.tflite", "sha256": 7}}, "sha256 must be text, not 7"),
        ({"file": {"name": "model.tflite", "sha256": None}}, "64 hexadecimal digits, not None"),
        ({"scores": {"test6": {"accuracy": True}}}, "accuracy must be a number, not True"),
        ({"certain_from": {}}, "threshold"),
        ({"certain_from": {"threshold": 2}}, "0..1"),
        ({"file": {"name": "../model.tflite", "sha256": "x"}}, "plain name"),
        ({"file": {"name": "model.pkl", "sha256": "x"}}, "tflite"),
        ({"file": {"name": "model.py\0.tflite", "sha256": "x"}}, "tflite"),
        ({"file": {"name": "model.tflite"}}, "sha256"),
        ({"file": None}, "file must be an object"),
        ({"scores": [0.6]}, "scores must be an object"),
        ({"title": None}, "title must be text"),
        ({"label": 7}, "label must be text"),
        ({"precision": ["int8"]}, "precision must be text"),
        ({"experimental": "yes"}, "experimental must be true or false"),
        ({"agreement": 0.9}, "agreement must be an object"),
        ({"scores": {"test6": {"interval": ["low", "high"]}}}, r"test6.interval\[0\] must be a number, not 'low'"),
        ({"scores": {"test6": {"interval": [0.6]}}}, "interval must be a list of 2"),
        ({"scores": {"test6": 0.6}}, "scores.test6 must be an object"),
        ({"scores": {"test6": {"confusion": [3, 4]}}}, r"confusion\[0\] must be a list"),
        ({"scores": {"test6": {"per_class": {"happy": {"f1": "good"}}}}}, "per_class.happy.f1 must be a number"),
        ({"architecture": {"layers": [None]}}, r"layers\[0\] must be a list"),
        ({"data": {"rows": 28000}}, "data.rows must be an object"),
        ({"recipe": {"minutes": 10**400}}, "the card.recipe.minutes must be a number within"),
        ({"made": {"by": json.loads("[" * 40 + "]" * 40)}}, "deeper than 16"),
    ],
)
def test_a_card_that_breaks_the_contract_is_refused_in_words(change, words):
    with pytest.raises(BadModel, match=words):
        Card.from_json(make_card().to_json() | change)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=8), values, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(list(Card.__dataclass_fields__)), _JSON)
def test_whatever_a_card_says_it_is_one_or_refused(key, value):
    try:
        card = Card.from_json(make_card().to_json() | {key: value})
    except BadModel:
        return
    assert Card.from_json(card.to_json()) == card


@pytest.mark.parametrize("content", [None, [], "card", {}, {"name": "x"}])
def test_what_is_no_card_is_refused(content):
    with pytest.raises(BadModel):
        Card.from_json(content)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "Ä", "A", "-a", "x" * 65, None, 3])
def test_a_name_that_could_be_a_path_is_none(name):
    with pytest.raises(BadModel):
        check_name(name)


def test_a_whole_folder_is_loaded(tmp_path):
    write_model(tmp_path / "study", network=b"bytes")
    card, network = load_model(tmp_path / "study")
    assert (card.name, network) == ("study", b"bytes")


def test_only_card_and_network_are_opened_whatever_else_lies_in_the_folder(tmp_path):
    folder = tmp_path / "study"
    write_model(folder)
    for name in ("__init__.py", "model.py", "model.pkl", "model.keras"):
        (folder / name).write_bytes(b"raise SystemExit")
    opened, watching = [], True

    def note(event, arguments):
        if watching and event == "open":
            opened.append(Path(str(arguments[0])).name)

    sys.addaudithook(note)  # an audit hook cannot be removed, so a flag switches it off
    load_model(folder)
    watching = False
    assert opened == [CARD, "model.tflite"]


def _empty(folder):
    (folder / CARD).unlink()


def _garble(folder):
    (folder / CARD).write_text("{")


def _nest(folder):
    (folder / CARD).write_text("[" * 100_000)


def _mix_in_what_is_no_number(folder):
    (folder / CARD).write_text((folder / CARD).read_text().replace('"scores": {}', '"scores": {"test6": NaN}'))


def _mislead(folder):
    (folder / CARD).write_text((folder / CARD).read_text().replace('"bytes": 7', '"bytes": 8'))


def _rename(folder):
    folder.rename(folder.parent / "other")


def _swap(folder):
    (folder / "model.tflite").write_bytes(b"another network")


def _lose(folder):
    (folder / "model.tflite").unlink()


@pytest.mark.parametrize(
    ("harm", "name", "words"),
    [
        (_empty, "study", "no card.json"),
        (_garble, "study", "cannot be read"),
        (_nest, "study", "cannot be read"),
        (_mix_in_what_is_no_number, "study", "not JSON compliant"),
        (_mislead, "study", r"\(7 bytes\), the card says .* \(8 bytes\)"),
        (_rename, "other", "the card names 'study'"),
        (_swap, "study", "sha256"),
        (_lose, "study", "cannot be read"),
    ],
)
def test_a_harmed_folder_is_refused_with_its_name_and_the_reason(tmp_path, harm, name, words):
    write_model(tmp_path / "study")
    harm(tmp_path / "study")
    with pytest.raises(BadModel, match=words) as caught:
        load_model(tmp_path / name)
    assert str(caught.value).startswith(f"{name}: ")
