"""The pages that a person opens."""

import json
from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, render_template, request, send_from_directory, url_for
from flask_babel import gettext as _

blueprint = Blueprint("pages", __name__)

PICTURES = ("curves.png", "reliability.png")
"""The pictures of a model folder that the models page shows."""

PLAYED_FROM = 0.6
"""The recall that a network must have for a label before the game asks for the label."""

SHARED_EXAM = "test6"
"""The exam by which networks are compared; every network sits it."""

WORTH_IT = 0.1
"""The most accuracy that the quickest network may lack, against the most accurate one, to be offered as a choice."""

STUDY = "study.json"
"""The study's own scores among the models, as `python -m training compare` writes them."""


@blueprint.after_request
def ask_again(response):
    """Makes browsers revalidate a page at every visit: it is sent again only where it has changed."""
    if response.mimetype == "text/html" and response.status_code == 200:
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        response.headers.pop("Date")  # the server in front adds it
    return response


@blueprint.get("/")
def live():
    """The live page: the camera's picture with the answer drawn over it."""
    return _render("live.html")


@blueprint.get("/photo")
def photo():
    """The photo page: a picture chosen, dropped or pasted."""
    return _render("photo.html")


@blueprint.get("/models")
def models():
    """The models side by side, and the student study's printed scores where their file is there."""
    folder = Path(current_app.config["MODELS"])
    study = json.loads((folder / STUDY).read_text(encoding="utf-8")) if (folder / STUDY).is_file() else []
    names = current_app.extensions["models"].cards
    pictures = {name: [picture for picture in PICTURES if (folder / name / picture).is_file()] for name in names}
    cards = current_app.extensions["cards"]
    values = {"picks": picks(cards), "best_exam": best_exam, "by_accuracy": by_accuracy}
    return _render("models.html", study=study, pictures=pictures, **values)


@blueprint.get("/privacy")
def privacy():
    """The privacy page: what is sent where, what is kept, and what a face can't tell."""
    return _render("privacy.html")


@blueprint.get("/favicon.ico")
def favicon():
    """The icon, for browsers and programs that ask for /favicon.ico."""
    return redirect(url_for("static", filename="img/icon-192.png"))


@blueprint.get("/models/<name>/<picture>")
def picture(name, picture):
    """A picture of a model's folder; 404 for any file that is not offered."""
    if name not in current_app.extensions["models"].cards or picture not in PICTURES:
        abort(404)
    return send_from_directory(current_app.config["MODELS"], f"{name}/{picture}")


def picks(cards):
    """The default, the quickest and the most accurate of some cards, as (kind, card), each card once."""
    found = [("default", card) for card in cards if card["default"]]
    accuracy = {card["name"]: _shared_accuracy(card) for card in cards if not card.get("experimental")}
    scored = [card for card in cards if accuracy.get(card["name"])]
    if scored:
        sharp = max(scored, key=lambda card: accuracy[card["name"]])
        good = [card for card in scored if accuracy[card["name"]] >= accuracy[sharp["name"]] - WORTH_IT]
        found.append(("fast", min(good, key=lambda card: _number(card["ms_per_face"]))))
        found.append(("sharp", sharp))
    first = {card["name"]: (kind, card) for kind, card in reversed(found)}
    return [pick for pick in found if first[pick[1]["name"]] == pick]


def _shared_accuracy(card):
    return _number(dict(by_accuracy(card)).get(SHARED_EXAM, {}).get("accuracy"))


def by_accuracy(card):
    """The (exam, report) pairs of a card, the best accuracy first."""
    reports = [(exam, report) for exam, report in _dict(card.get("scores")).items() if isinstance(report, dict)]
    return sorted(reports, key=lambda item: -_number(item[1].get("accuracy")))


def best_exam(card):
    """The exam in which a card did best, with its report; two None where it sat none."""
    return next(iter(by_accuracy(card)), (None, None))


def label_of(card):
    """A few plain words for a model in a list of choices: the card's own label, else its title."""
    label = card.get("label") or card["title"]
    return _("%(model)s · experimental", model=label) if card.get("experimental") else label


def well_read(card):
    """The labels of a card that its network finds often enough to play with, best known exam first."""
    classes = [_dict(report.get("per_class")) for _exam, report in by_accuracy(card)]
    found = {label: _number(_dict(row).get("recall")) for rows in reversed(classes) for label, row in rows.items()}
    return [label for label in card["labels"] if found.get(label, 0) >= PLAYED_FROM]


def _dict(value):
    """The value where it is a dict, else an empty one: a card is checked only for what serving needs."""
    return value if isinstance(value, dict) else {}


def _number(value):
    return value if isinstance(value, int | float) else 0


def _render(template, **values):
    reading = current_app.config["READING"]
    settings = {"max_frame_bytes": current_app.config["MAX_FRAME_BYTES"], "reading": reading}
    notice = current_app.config["NOTICE"]
    cards = current_app.extensions["cards"]
    values |= {"label_of": label_of, "well_read": well_read}
    return render_template(template, models=cards, settings=settings, notice=notice, reading=reading, **values)
