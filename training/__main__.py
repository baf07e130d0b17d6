"""The training command: `python -m training train|evaluate|probe|export|ablation|judge|compare`."""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from app.vision.contract import check_name
from app.vision.errors import BadModel
from training.report.console import print_disagreements, print_probe, print_scores, print_standing


def main(arguments=None):
    """Runs one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    # TensorFlow takes seconds to load and writes to the log, so only commands that need it import it.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from training.data.faces import BadDataset

    try:
        return options.command(options) or 0
    except (BadDataset, BadModel) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; nothing was changed", file=sys.stderr)
        return 130


def _train(options):
    from training.data.faces import BadDataset
    from training.fitting.checkpoints import BadRun
    from training.recipes import RECIPES
    from training.train import train

    if options.name not in RECIPES:
        raise BadDataset(f"there is no recipe {options.name!r}; choose one of {', '.join(RECIPES)}")
    faces = _load(options)
    recipe = _changed(RECIPES[options.name], options, faces)
    print(f"{len(faces)} pictures of {', '.join(faces.words)}", file=sys.stderr)
    for reason, rows in faces.dropped:
        print(f"{rows} left out: {reason}", file=sys.stderr)
    try:
        card = train(recipe, faces, limit=options.limit, resume=options.resume, may_replace=options.replace)
    except BadRun as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstopped; {_left_of(recipe)}", file=sys.stderr)
        return 130
    if card:
        print_scores(card.name, card.scores)
        print_standing(card)
        if options.limit:
            print(f"a trial: the model is in runs/models/{card.name}, and models/ is as it was")
    else:
        print(f"runs/{recipe.name} is there for recipes that have it as a member; it sat no exam")


def _left_of(recipe):
    """A sentence that says how many epochs of a stopped run can be resumed."""
    from training.data.history import HISTORY, read_history

    history = Path("runs") / recipe.name / HISTORY
    epochs = len(read_history(history)) if history.is_file() else 0
    if not epochs:
        return "no epoch was finished, so nothing is kept"
    return f"runs/{recipe.name} holds {epochs} whole epoch{'s'[: epochs > 1]}, and --resume goes on from there"


def _changed(recipe, options, faces):
    """The recipe with the changes that the command's options ask for."""
    from training.recipes import own_votes

    changes = {}
    if faces.shares is not None:
        recipe = own_votes(recipe, faces.words, int((faces.splits == "training").sum()))
    if options.epochs:
        changes["epochs"] = options.epochs
    if options.start:
        changes["start"] = options.start if options.start == "imagenet" else check_name(options.start)
    if options.balance is not None:
        changes["balance"] = options.balance
    if options.labels_from_data:  # FER+ holds no votes for other pictures, and teachers know only their own labels
        votes = recipe.votes if faces.votes is not None else 0.0
        changes |= {"labels": faces.words, "learns": "labels", "votes": votes, "start": changes.get("start")}
        changes |= {"teachers": (), "taught": 0.0, "teaching": "once"}
    if faces.shares is not None and not options.name_as:
        raise BadModel("a model of your own votes needs a name of its own; give it with --as")
    if options.name_as:
        changes |= {"name": check_name(options.name_as), "title": f"{recipe.title}, on {faces.name}"}
        changes |= {"shipped": True, "part": False, "label": ""}
    return replace(recipe, **changes)


def _load(options, learnt=None):
    from training.data.load import load_all, load_voted
    from training.data.voted import is_own_votes

    words = dict(pair.split("=", 1) for pair in options.words)
    if options.votes and is_own_votes(options.votes):
        return load_voted(options.data, options.votes, words)
    options.ferplus = options.ferplus or options.votes
    return load_all(options.data, options.ferplus, options.crop, words, learnt=learnt)


def _evaluate(options):
    from training.data.faces import BadDataset
    from training.data.words import advice
    from training.export.litert import predictor
    from training.report.console import print_groups
    from training.scoring.exams import exams_for, sit
    from training.scoring.groups import read_groups

    card, network = _model(options.name)
    learnt = str(card.data.get("sha256"))
    faces = _load(options, learnt)
    known = exams_for(card.labels, faces)
    names = [name for name in known if name.startswith(options.split)]
    if not known:
        said, held = ", ".join(card.labels), ", ".join(faces.words)
        raise BadDataset(f"no exam fits: {card.name} says {said}; the data holds {held}{advice(faces.words)}")
    if not names:
        raise BadDataset(f"{card.name} can sit {', '.join(known)} on this data, nothing named {options.split!r}")
    if "test" in names and faces.sha256 not in learnt:
        print(f"test: pictures that {card.name}'s card does not say it has learnt from", file=sys.stderr)
    groups = read_groups(options.groups, faces) if options.groups else None
    scores = sit(predictor(network), card.labels, faces, names, groups)
    if options.json:
        print(json.dumps({"model": card.name, "scores": scores}))
        return
    print_scores(card.name, scores)
    for exam, report in scores.items() if options.groups else ():
        print_groups(f"{card.name} on {exam}", report["by_group"])


def _judge(options):
    from training import judge

    network = judge.train(_load(options), options.faceless, options.epochs)
    judge.export(network, options.out)


def _model(name):
    """The card and network of a model in models/ or else in runs/models/; raises BadModel with the known names."""
    from app.vision.contract import CARD, load_model
    from training.train import UNSHIPPED

    shelves = [Path("models"), Path("runs") / UNSHIPPED]
    folders = [shelf / name for shelf in shelves if (shelf / name / CARD).is_file()]
    if not folders:
        known = sorted(path.parent.name for shelf in shelves for path in shelf.glob(f"[!.]*/{CARD}"))
        raise BadModel(f"there is no model {name!r}; there is {', '.join(known) or 'none'}")
    return load_model(folders[0])


def _export(options):
    from training.release import convert

    card = convert(Path("models") / check_name(options.name), Path(options.out) / options.name, _load(options))
    print_scores(card.name, card.scores)
    print_standing(card)


def _compare(options):
    from training.report.readme import compare

    print(compare("models"))


def _probe(options):
    from training.data.labels import SIX
    from training.export.folder import store
    from training.export.litert import predictor
    from training.report.readme import STUDY
    from training.scoring.exams import answers
    from training.scoring.probe import PICTURES, probe, sample
    from training.train import UNSHIPPED

    shelves = [shelf / options.name for shelf in (Path("models"), Path("runs") / UNSHIPPED)]
    card, network = _model(options.name)
    words = SIX if set(SIX) <= set(card.labels) else card.labels
    faces = sample(_load(options), words, options.limit or PICTURES)
    predict = predictor(network)
    figures = probe(lambda pictures: answers(predict(pictures), card.labels, words), faces)
    print(f"{card.name} on {len(faces)} held-out pictures, {len(words)} words")
    print_probe(figures)
    if faces.votes is not None:
        from training.scoring.disagreements import disagreements, sides

        said = answers(predict(faces.pictures), card.labels, words).argmax(axis=1)
        figures["disagreements"] = disagreements(said, faces)
        print_disagreements(figures["disagreements"])
        if options.examples:
            from training.report.charts import examples

            examples(said, sides(said, faces), faces, options.examples)
    if not options.limit:
        store(replace(card, probe=figures), [*shelves, STUDY / card.name])


def _ablation(options):
    from training.ablation import BASE, CHANGES, ROWS, run_ablation
    from training.data.faces import BadDataset
    from training.fitting.checkpoints import BadRun

    faces = _load(options)
    if faces.votes is None:
        raise BadDataset("the ablation learns from FER+'s votes too; give them with --ferplus")
    base = replace(BASE, epochs=options.epochs or BASE.epochs)
    try:
        run_ablation(faces, options.out, range(1, options.seeds + 1), base, CHANGES, options.limit or ROWS)
    except BadRun as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on after the last whole epoch", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="python -m training", description="Train, score and compare the networks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a recipe and write models/NAME/")
    train.add_argument("name", metavar="NAME", help="a recipe of training/recipes.py")
    _add_data(train)
    train.add_argument("--epochs", type=_positive, metavar="N", help="instead of the recipe's number")
    train.add_argument("--limit", type=_positive, metavar="N", help="a trial on so many rows; the model goes to runs/")
    train.add_argument("--replace", action="store_true", help="let the new model take the place of one that is there")
    train.add_argument("--resume", action="store_true", help="go on where runs/NAME stands")
    train.add_argument(
        "--labels-from-data", action="store_true", help="say the data's own words instead of the recipe's labels"
    )
    train.add_argument(
        "--balance", type=_share, metavar="SHARE", help="show rare labels as often as others: 0 not at all, 1 fully"
    )
    train.add_argument("--as", dest="name_as", metavar="NAME", help="write models/NAME/ instead of the recipe's")
    train.add_argument(
        "--start",
        metavar="NAME",
        help="start from the weights of this finished run or model; for VGG16 also from imagenet, Keras' own",
    )
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="score a shipped model.tflite on pictures that it has not learnt")
    evaluate.add_argument("name", metavar="NAME", help="a folder of models/")
    _add_data(evaluate)
    evaluate.add_argument(
        "--split", default="", metavar="EXAM", help="an exam or the start of its name: private, test6 …"
    )
    evaluate.add_argument(
        "--groups", metavar="FILE", help="CSV picture,group: scores by group of people, and the largest gap"
    )
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate.set_defaults(command=_evaluate)

    probe = commands.add_parser("probe", help="score a model under shifts, light, blur and through the detector")
    probe.add_argument("name", metavar="NAME", help="a folder of models/ or of runs/models/")
    _add_data(probe)
    probe.add_argument("--limit", type=_positive, metavar="N", help="N pictures only, to try the way; nothing is kept")
    probe.add_argument(
        "--examples", metavar="FILE", help="draw faces on which network and label disagree: people; don't publish it"
    )
    probe.set_defaults(command=_probe)

    export = commands.add_parser("export", help="store a model's weights as int8; exams, temperature, threshold anew")
    export.add_argument("name", metavar="NAME", help="a folder of models/")
    _add_data(export)
    export.add_argument(
        "--out", default="runs/models", metavar="FOLDER", help="where NAME's folder is written, runs/models unless told"
    )
    export.set_defaults(command=_export)

    ablation = commands.add_parser("ablation", help="short trainings with one change each; goes on where it was cut")
    _add_data(ablation)
    ablation.add_argument(
        "--seeds", type=_positive, default=1, metavar="N", help="every run so many times; 1 unless told"
    )
    ablation.add_argument("--limit", type=_positive, metavar="N", help="train on so many rows, to try the way")
    ablation.add_argument("--epochs", type=_positive, metavar="N", help="so many epochs, to try the way")
    ablation.add_argument(
        "--out", default="models/ablation.csv", metavar="FILE", help="the table, models/ablation.csv unless told"
    )
    ablation.set_defaults(command=_ablation)

    judge = commands.add_parser("judge", help="train the finder's judge, which tells faces from what looks like one")
    _add_data(judge)
    judge.add_argument(
        "--faceless", required=True, nargs="+", metavar="FOLDER", help="folders of pictures without any face"
    )
    judge.add_argument("--epochs", type=_positive, default=16, metavar="N", help="16 unless told")
    judge.add_argument("--out", default="runs/judge.tflite", metavar="FILE", help="runs/judge.tflite unless told")
    judge.set_defaults(command=_judge)

    compare = commands.add_parser("compare", help="print the table of all models")
    compare.set_defaults(command=_compare)
    return parser


def _add_data(command):
    command.add_argument(
        "--data",
        required=True,
        action="append",
        metavar="PATH",
        help="fer2013.csv, a folder of <label>/<picture>, or either packed; may be given several times",
    )
    command.add_argument("--ferplus", metavar="FILE", help="FER+'s fer2013new.csv, for the rows of the CSV")
    command.add_argument(
        "--votes", metavar="FILE", help="votes of your own raters, as flask label --export writes them; or FER+'s file"
    )
    command.add_argument("--crop", action="store_true", help="the folders hold photos: find and cut the face in each")
    command.add_argument(
        "--words",
        type=_renaming,
        action="extend",
        nargs="+",
        default=[],
        metavar="WORD=LABEL",
        help="what the data's words become: anger=angry; bored= leaves those pictures out",
    )


def _renaming(text):
    if not text.partition("=")[1] or text.startswith("="):
        raise argparse.ArgumentTypeError(f"{text!r} is not WORD=LABEL")
    return text


def _share(text):
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} does not lie in 0 to 1")
    return share


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not above 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
