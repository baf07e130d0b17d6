"""The training commands as a user calls them, on drawn data."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.vision.contract import load_model
from app.vision.emotions import Models
from training import __main__ as command
from training import ablation
from training.data.faces import join
from training.data.labels import SEVEN, SIX
from training.data.load import load_all
from training.recipes import RECIPES, own_votes
from training.release import by_reason, made
from training.report.findings import read_ablation
from training.train import write_record


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """An empty working folder, and a recipe named tiny."""
    tiny = replace(RECIPES["fnn"], name="tiny", options={"units": (16,)}, epochs=2, batch=8, precision="float32")
    monkeypatch.setitem(RECIPES, "tiny", tiny)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    return tmp_path


def test_train_makes_a_model_that_evaluate_scores_alike(workshop, fer2013, capsys):
    assert command.main(["train", "tiny", "--data", str(fer2013)]) == 0
    assert "tiny on test6: accuracy" in capsys.readouterr().out
    card, _ = load_model(workshop / "models" / "tiny")
    assert card.labels == SIX
    assert card.recipe["epochs_run"] == 2
    assert card.data["rows"] == {"training": 36, "held out": 12}
    assert card.data["dropped"] == {"labelled disgust": 10, "twin of a test picture": 0}
    assert "nobody can say whether some people are read worse" in card.data["groups"]
    assert 0 <= card.parity["largest_difference"] < 0.05
    assert card.precision == "int8"
    assert set(card.certain_from["doubtful"]) == {"masked", "eyes covered", "strongly blurred", "24 px"}
    assert card.parity["pictures"] == 12
    files = {path.name for path in (workshop / "models" / "tiny").iterdir()}
    assert files == {"card.json", "model.tflite", "history.csv", "curves.png", "confusion.png", "reliability.png"}

    assert command.main(["evaluate", "tiny", "--data", str(fer2013), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"model": "tiny", "scores": card.scores}


def test_a_network_of_the_study_leaves_a_record_and_stays_on_this_machine(workshop, fer2013, monkeypatch, tmp_path):
    monkeypatch.setitem(RECIPES, "tiny", replace(RECIPES["tiny"], shipped=False))
    monkeypatch.setattr(
        "training.train.write_record", lambda card, history: write_record(card, history, tmp_path / "study")
    )
    assert command.main(["train", "tiny", "--data", str(fer2013)]) == 0
    assert not (tmp_path / "study").exists()  # these are not FER2013's rows
    monkeypatch.setattr("training.data.fer2013.FER2013_ROWS", {"training": 42, "public": 14, "private": 14})
    for way in (["--limit", "40"], ["--epochs", "1"], ["--words", "disgust="]):
        assert command.main(["train", "tiny", "--data", str(fer2013), *way]) == 0
        assert not (tmp_path / "study").exists()
    assert command.main(["train", "tiny", "--data", str(fer2013)]) == 0
    assert {path.name for path in (tmp_path / "study" / "tiny").iterdir()} == {"card.json", "history.csv"}
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["tiny"]
    assert not (workshop / "models" / "tiny").exists()
    assert load_model(workshop / "runs" / "models" / "tiny")[0].name == "tiny"


def test_an_ensemble_of_finished_runs_is_a_model_like_any_other(workshop, fer2013, monkeypatch):
    monkeypatch.setitem(RECIPES, "pair", replace(RECIPES["ensemble"], name="pair", labels=SIX, members=("tiny",)))
    assert command.main(["train", "pair", "--data", str(fer2013)]) == 1
    assert command.main(["train", "tiny", "--data", str(fer2013)]) == 0
    assert command.main(["train", "pair", "--data", str(fer2013)]) == 0
    card, _ = load_model(workshop / "models" / "pair")
    assert card.recipe["members"] == ["tiny"]
    assert not (workshop / "models" / "pair" / "curves.png").exists()


def test_a_part_of_an_ensemble_keeps_its_run_and_sits_no_exam(workshop, fer2013, monkeypatch, capsys):
    monkeypatch.setitem(RECIPES, "tiny", replace(RECIPES["tiny"], part=True))
    monkeypatch.setitem(RECIPES, "pair", replace(RECIPES["ensemble"], name="pair", labels=SIX, members=("tiny",)))
    with monkeypatch.context() as patch:
        patch.setattr("training.train.examine", lambda *_: pytest.fail("an exam was sat"))
        assert command.main(["train", "tiny", "--data", str(fer2013)]) == 0
    assert "runs/tiny is there" in capsys.readouterr().out
    assert not list((workshop / "models").iterdir())
    assert command.main(["train", "pair", "--data", str(fer2013)]) == 0


def test_a_pupil_learns_what_its_teacher_says(workshop, fer2013, monkeypatch):
    assert command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"]) == 0
    losses = {}
    for taught in (0.0, 1.0):
        pupil = replace(RECIPES["tiny"], name="pupil", epochs=1, teachers=("tiny",), taught=taught)
        monkeypatch.setitem(RECIPES, "pupil", pupil)
        assert command.main(["train", "pupil", "--data", str(fer2013)]) == 0
        losses[taught] = (workshop / "models" / "pupil" / "history.csv").read_text().splitlines()[1].split(",")[1]
    assert losses[0.0] != losses[1.0]


def test_evaluate_asks_one_exam_by_the_start_of_its_name(workshop, fer2013, capsys):
    command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"])
    capsys.readouterr()
    assert command.main(["evaluate", "tiny", "--data", str(fer2013), "--split", "private", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["scores"]) == ["private6"]
    assert command.main(["evaluate", "tiny", "--data", str(fer2013), "--split", "ferplus8"]) == 1
    assert "can sit private6, test6 on this data" in capsys.readouterr().err


def test_where_there_is_no_git_the_model_is_made_all_the_same(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert made()["commit"] is None


def test_rows_left_out_are_counted_over_all_sources(fer2013, tmp_path):
    faces = load_all([fer2013], cache=tmp_path / "cache")
    both = join([replace(faces, dropped=(("no face found", rows),)) for rows in (2, 5)])
    assert by_reason(both.dropped) == {"no face found": 7}


def test_a_resumed_run_without_a_checkpoint_says_that_it_starts_afresh(workshop, fer2013, capsys):
    way = ["train", "tiny", "--data", str(fer2013), "--epochs", "1", "--resume"]
    assert command.main(way) == 0
    assert "holds no checkpoint to go on from; starting afresh" in capsys.readouterr().err
    assert command.main(way) == 0
    assert "afresh" not in capsys.readouterr().err


def test_a_trial_leaves_the_models_as_they_are(workshop, fer2013, capsys):
    shipped = workshop / "models" / "tiny"
    shipped.mkdir()
    (shipped / "card.json").write_text("{}")
    assert command.main(["train", "tiny", "--data", str(fer2013), "--limit", "30", "--epochs", "1"]) == 0
    assert "models/ is as it was" in capsys.readouterr().out
    assert (shipped / "card.json").read_text() == "{}"
    card, _ = load_model(workshop / "runs" / "models" / "tiny")
    assert (card.data["rows"]["training"], card.recipe["epochs_run"], card.recipe["limit"]) == (30, 1, 30)


def test_a_model_that_is_there_is_replaced_only_when_told(workshop, fer2013, capsys):
    shipped = workshop / "models" / "tiny"
    shipped.mkdir()
    (shipped / "card.json").write_text("{}")
    way = ["train", "tiny", "--data", str(fer2013), "--epochs", "1"]
    assert command.main(way) == 1
    said = capsys.readouterr().err
    assert "models/tiny holds a model already" in said
    assert "--replace" in said
    assert not (workshop / "runs" / "tiny").exists()  # nothing was trained
    assert command.main([*way, "--replace"]) == 0
    assert command.main(way) == 0  # a run in this folder made it, so it may be replaced


def test_a_trained_model_is_stored_anew_with_its_own_figures(workshop, fer2013, capsys):
    assert command.main(["train", "tiny", "--data", str(fer2013)]) == 0
    old, _ = load_model(workshop / "models" / "tiny")
    assert command.main(["export", "tiny", "--data", str(fer2013)]) == 0
    assert "certain from" in capsys.readouterr().out
    card, _ = load_model(workshop / "runs" / "models" / "tiny")
    assert (card.precision, card.recipe, card.data) == ("int8", old.recipe, old.data)
    files = {path.name for path in (workshop / "runs" / "models" / "tiny").iterdir()}
    assert files == {path.name for path in (workshop / "models" / "tiny").iterdir()}
    assert abs(card.scores["test6"]["accuracy"] - old.scores["test6"]["accuracy"]) < 0.15
    assert load_model(workshop / "models" / "tiny")[0] == old


@pytest.mark.parametrize("verb", ["evaluate", "probe"])
def test_a_model_that_is_not_there_is_answered_with_those_that_are(workshop, fer2013, capsys, verb):
    assert command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"]) == 0
    assert command.main([verb, "nosuch", "--data", str(fer2013)]) == 1
    assert "there is no model 'nosuch'; there is tiny" in capsys.readouterr().err


def test_other_words_for_our_labels_are_named_before_training(workshop, capsys):
    for number in range(12):
        path = workshop / "mine" / ("anger", "happiness")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((60, 60), 20 * number, np.uint8))
    assert command.main(["train", "tiny", "--data", "mine"]) == 1
    assert "--words anger=angry happiness=happy gives them our labels" in capsys.readouterr().err


def test_one_word_alone_is_refused_before_training(workshop, capsys):
    for number in range(6):
        path = workshop / "mine" / "doubt" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((60, 60), 40 * number, np.uint8))
    assert command.main(["train", "tiny", "--data", "mine", "--labels-from-data", "--as", "mine"]) == 1
    assert "one word only, doubt" in capsys.readouterr().err


@pytest.fixture
def voted(workshop):
    """A folder of 24 pictures of 12 people, and three raters' votes: doubt for dark pictures, pain for bright ones."""
    lines = ["picture,x,y,width,height,doubt,pain,bored,cant_tell,no_face,raters,tilt_deg"]
    for number in range(24):
        path = workshop / "faces" / f"person{number // 2:02}" / f"{number % 2}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((48, 48), 40 + 140 * (number % 2) + number, np.uint8))
        votes = ("2,0.5,0,0.5,0", "0,3,0,0,0")[number % 2]
        lines.append(f"person{number // 2:02}/{number % 2}.png,0,0,48,48,{votes},3,0")
    (workshop / "votes.csv").write_text("\n".join(lines) + "\n")
    alpha = {"value": 0.6, "low": 0.5, "high": 0.7}
    (workshop / "votes.json").write_text(json.dumps({"raters": 3, "votes": 72, "alpha": alpha}))
    return workshop


def test_raters_votes_make_a_model_of_their_words(voted, capsys):
    way = ["--data", "faces", "--votes", "votes.csv"]
    assert command.main(["train", "tiny", *way]) == 1
    assert "--as" in capsys.readouterr().err
    assert command.main(["train", "tiny", *way, "--as", "mine"]) == 0
    said = capsys.readouterr()
    assert "nobody voted for bored" in said.err
    assert "mine is experimental" in said.out
    assert "72 votes of 3 raters" in said.out
    assert "too few to say" in said.out
    card, _ = load_model(voted / "models" / "mine")
    assert card.labels == ("doubt", "pain")
    assert card.experimental is True
    assert card.agreement == {"raters": 3, "votes": 72, "alpha": {"value": 0.6, "low": 0.5, "high": 0.7}}
    assert "divergence" in card.scores["test"]
    assert card.recipe["learns"] == "votes"
    assert command.main(["evaluate", "mine", *way, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == card.scores


def test_a_run_that_stands_there_is_set_aside_not_lost(workshop, fer2013):
    for _ in range(2):
        assert command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"]) == 0
    kept = [path for path in (workshop / "runs").glob("tiny*") if (path / "checkpoint.keras").is_file()]
    assert len(kept) == 2


def test_votes_teach_a_model_of_eight_words(workshop, fer2013, ferplus, monkeypatch):
    recipe = replace(RECIPES["tiny"], name="voted", labels=(*SIX[:1], "happy", "sad"), learns="votes")
    monkeypatch.setitem(RECIPES, "voted", recipe)
    assert command.main(["train", "voted", "--data", str(fer2013), "--ferplus", str(ferplus)]) == 0
    card, _ = load_model(workshop / "models" / "voted")
    assert card.data["rows"] == {"training": 18, "held out": 6}
    assert command.main(["train", "voted", "--data", str(fer2013)]) == 1


def test_own_words_train_into_a_model_of_their_own_that_the_site_offers(workshop, fer2013, capsys, monkeypatch):
    monkeypatch.setitem(RECIPES, "tiny", replace(RECIPES["tiny"], teachers=("nobody",), taught=0.5))
    for number, (word, level) in enumerate((("doubt", 40), ("pain", 200)) * 6):
        path = workshop / "mine" / word / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((60, 60), level + number, np.uint8))
    way = ["--data", str(fer2013), "--data", str(workshop / "mine"), "--words", "neutral=calm", "disgust="]
    how = ["--labels-from-data", "--balance", "1", "--as", "mine"]
    assert command.main(["train", "tiny", *way, *how]) == 0
    said = capsys.readouterr()
    assert "mine on test: accuracy" in said.out
    assert "10 left out: labelled disgust" in said.err
    card, _ = load_model(workshop / "models" / "mine")
    assert card.labels == ("angry", "fear", "happy", "sad", "surprise", "calm", "doubt", "pain")
    assert list(card.scores) == ["test"]
    assert card.recipe["balance"] == 1
    assert card.recipe["teachers"] == []  # no teacher knows these words

    models = Models(workshop / "models", "mine")
    probabilities = models.get("mine").open().classify(np.zeros((1, 48, 48), np.uint8))
    assert probabilities.shape == (1, 8)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "lenet", "--data", "fer2013.csv"], "there is no recipe 'lenet'; choose one of study_fnn, study_cnn"),
        (["train", "tiny", "--data", "none.csv"], "none.csv: no such file or folder"),
        (["evaluate", "tiny", "--data", "fer2013.csv"], "there is no model 'tiny'; there is none"),
        (["train", "tiny", "--data", "fer2013.csv", "--limit", "3"], "none of 3 training pictures is labelled "),
        (["train", "tiny", "--data", "fer2013.csv", "--words", "bored=sad"], "there is no bored in the data"),
        (["train", "tiny", "--data", "fer2013.csv", "--as", "../mine"], "not '../mine'"),
        (["train", "tiny", "--data", "fer2013.csv", "--start", "imagenet"], "ImageNet's weights fit VGG16 alone"),
        (["train", "tiny", "--data", "fer2013.csv", "--start", "../x"], "a model's name is up to 64"),
        (["train", "tiny", "--data", "fer2013.csv", "--start", "nobody"], "neither a finished run nor a model here"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(workshop, fer2013, capsys, arguments, words):
    assert command.main(arguments) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_words_that_are_absent_from_own_folders_are_named(workshop, capsys):
    for number in range(6):
        path = workshop / "mine" / ("happy", "sad")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((60, 60), 40 * number, np.uint8))
    assert command.main(["train", "tiny", "--data", "mine"]) == 1
    said = capsys.readouterr().err
    assert "labelled angry, fear, surprise, neutral; --labels-from-data" in said
    assert "--limit" not in said


def test_where_no_exam_fits_the_words_are_named(workshop, fer2013, capsys):
    assert command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"]) == 0
    (workshop / "mine" / "doubt").mkdir(parents=True)
    cv2.imwrite(str(workshop / "mine" / "doubt" / "1.png"), np.zeros((60, 60), np.uint8))
    assert command.main(["evaluate", "tiny", "--data", "mine"]) == 1
    assert "tiny says angry, fear, happy, sad, surprise, neutral; the data holds doubt" in capsys.readouterr().err


def test_words_may_be_given_several_times(workshop, fer2013):
    way = ["--words", "happy=glad", "--words", "sad=low", "disgust="]
    options = command._parser().parse_args(["evaluate", "tiny", "--data", str(fer2013), *way])
    assert options.words == ["happy=glad", "sad=low", "disgust="]


def test_compare_prints_and_writes_the_table(workshop, fer2013, capsys):
    command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"])
    (workshop / "models" / "broken").mkdir()
    capsys.readouterr()
    assert command.main(["compare"]) == 0
    printed = capsys.readouterr().out
    card, _ = load_model(workshop / "models" / "tiny")
    assert f"{card.scores['test6']['accuracy']:.3f} (" in printed
    assert "the study's cnn" in printed
    assert "left out: broken: there is no card.json" in printed
    assert "| **tiny** |" in (workshop / "models" / "README.md").read_text()


def test_ctrl_c_leaves_a_checkpoint_to_resume(workshop, fer2013, capsys, monkeypatch):
    from training.fitting.progress import FitProgress

    def cut(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FitProgress, "on_epoch_begin", cut)
        assert command.main(["train", "tiny", "--data", str(fer2013)]) == 130
    assert "--resume goes on" in capsys.readouterr().err
    assert command.main(["train", "tiny", "--data", str(fer2013), "--resume"]) == 0
    card, _ = load_model(workshop / "models" / "tiny")
    assert card.recipe["epochs_run"] == 2


def test_few_pictures_start_from_a_shipped_network_and_take_small_steps():
    few, many = (own_votes(RECIPES["resnet"], ("doubt", "pain"), count) for count in (20, 5000))
    assert (few.start, few.learns, few.labels) == ("ferplus", "votes", ("doubt", "pain"))
    steps = few.epochs * -(-20 * few.repeat // few.batch)
    assert 300 <= steps <= 330
    assert (many.start, many.repeat, many.epochs) == (None, 1, RECIPES["resnet"].epochs)
    assert own_votes(RECIPES["light"], ("doubt", "pain"), 20).start is None  # `light` is another network


def test_every_recipe_names_itself_and_known_labels():
    from training.data.votes import VOTE_WORDS

    for name, recipe in RECIPES.items():
        assert recipe.name == name
        assert set(recipe.labels) <= set(VOTE_WORDS)
        assert np.isclose(recipe.sizes[-1][0], 1)
        assert recipe.start in {None, "imagenet", *RECIPES}


def test_probe_prints_every_condition_and_keeps_the_figures_on_the_card(workshop, fer2013, ferplus, capsys):
    command.main(["train", "tiny", "--data", str(fer2013), "--epochs", "1"])
    capsys.readouterr()
    ask = ["probe", "tiny", "--data", str(fer2013), "--ferplus", str(ferplus)]
    assert command.main([*ask, "--limit", "3", "--examples", "examples.png"]) == 0
    printed = capsys.readouterr().out
    assert "tiny on 3 held-out pictures, 6 words" in printed
    assert all(
        words in printed for words in ("as it is", "a quarter covered", "webcam: found", "most voters side with")
    )
    assert (workshop / "examples.png").exists()
    assert load_model(workshop / "models" / "tiny")[0].probe == {}

    assert command.main(ask) == 0
    card, _ = load_model(workshop / "models" / "tiny")
    assert card.probe["pictures"] == 12
    assert card.probe["disagreements"]["agree"]["label"] == 1.0


def test_each_change_of_the_ablation_runs_once(workshop, fer2013, ferplus, monkeypatch, capsys):
    way = ["ablation", "--data", str(fer2013), "--ferplus", str(ferplus), "--out", "ablation.csv"]
    small = replace(RECIPES["tiny"], labels=SEVEN, epochs=1, options={"units": (4,)})
    monkeypatch.setattr(ablation, "BASE", small)
    monkeypatch.setattr(ablation, "CHANGES", {"base": {}})
    assert command.main(way[:3]) == 1
    assert "--ferplus" in capsys.readouterr().err
    assert command.main(way) == 0
    first = read_ablation("ablation.csv")
    assert [(line["change"], line["seed"]) for line in first] == [("base", 1)]
    assert 0 <= first[0]["accuracy"] <= 1
    assert not any((workshop / "runs" / "ablation").iterdir())

    monkeypatch.setattr(ablation, "CHANGES", {"base": {}, "no smoothing": {"smoothing": 0.0}})
    assert command.main(way) == 0
    both = read_ablation("ablation.csv")
    assert both[:1] == first
    assert [line["change"] for line in both] == ["base", "no smoothing"]
    assert "no smoothing, seed 1: accuracy" in capsys.readouterr().out
    assert command.main([*way, "--limit", "30"]) == 1
    assert "ablation.csv holds runs of other settings" in capsys.readouterr().err


def test_changes_learn_from_the_same_pictures_where_they_can(workshop, fer2013, ferplus, monkeypatch):
    lines = ferplus.read_text().splitlines()
    lines[1:5] = ["Training,some.png" + ",1" * 10] * 4  # each word has a single vote, so the rows give no targets
    ferplus.write_text("\n".join(lines))
    small = replace(RECIPES["tiny"], labels=SEVEN, epochs=1, options={"units": (4,)})
    changes = {"base": {}, "no smoothing": {"smoothing": 0.0}, "votes": {"learns": "votes"}}
    learnt, whole = {}, ablation.fit

    def spy(recipe, training, *others, **options):
        learnt[recipe.name] = {picture.tobytes() for picture in training[0]}
        return whole(recipe, training, *others, **options)

    monkeypatch.setattr(ablation, "fit", spy)
    faces = load_all([fer2013], ferplus, cache=workshop / "cache")
    ablation.run_ablation(faces, "ablation.csv", [1], small, changes, rows=30)
    unheard = {picture.tobytes() for picture in faces.pictures[:4]}
    assert len(learnt["base-1"]) == 30
    assert learnt["no smoothing-1"] == learnt["base-1"]
    assert learnt["votes-1"] == learnt["base-1"] - unheard


def test_an_ablation_that_is_cut_goes_on_where_it_stood(workshop, fer2013, ferplus, monkeypatch, capsys):
    from training.fitting.progress import FitProgress

    way = ["ablation", "--data", str(fer2013), "--ferplus", str(ferplus), "--out", "ablation.csv"]
    small = replace(RECIPES["tiny"], labels=SEVEN, epochs=2, options={"units": (4,)})
    monkeypatch.setattr(ablation, "BASE", small)
    monkeypatch.setattr(ablation, "CHANGES", {"base": {}})
    seen = []

    def cut(self, epoch, logs=None):
        seen.append(epoch)
        if len(seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(FitProgress, "on_epoch_begin", cut)
    assert command.main(way) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert command.main(way) == 0
    assert seen == [0, 1, 1]
    assert len(read_ablation("ablation.csv")) == 1
