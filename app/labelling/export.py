"""The file of votes, and the file of totals beside it; docs/labels.md describes both."""

import csv
import json
from pathlib import Path

from sqlalchemy import select

from app.labelling import agreement, tallies
from app.labelling.schema import items, pictures

_FRONT = ("picture", "x", "y", "width", "height")


def export(engine, path):
    """Writes votes.csv at `path` and its .json beside it; returns how many faces they hold."""
    path = Path(path)
    with engine.connect() as connection, open(path, "w", newline="", encoding="utf-8") as file:
        votes = write_csv(connection, file)
    summary = json.dumps(summarise(votes), ensure_ascii=False, indent=1)
    path.with_suffix(".json").write_text(summary + "\n", encoding="utf-8")
    return len(votes.face_ids)


def write_csv(connection, file):
    """Writes the rows to an open text file, ordered by picture and box; returns their Tallies."""
    votes = tallies.load(connection)
    sums, counts = votes.sums(), votes.counts()
    place = {face: row for row, face in enumerate(votes.face_ids.tolist())}
    table = csv.writer(file, lineterminator="\n")
    table.writerow([*_FRONT, *votes.columns, "raters", "tilt_deg"])
    for face in connection.execute(_faces()):
        if (row := place.get(face.id)) is not None:
            box = (face.path, face.x, face.y, face.width, face.height)
            table.writerow([*box, *map(_number, sums[row].tolist()), counts[row], _number(face.tilt_deg)])
    return votes


def summarise(votes):
    """The content of votes.json for Tallies."""
    agreed = agreement.alpha(votes)
    return {
        "raters": len(votes.rater_ids),
        "votes": len(votes.faces),
        "faces": len(votes.face_ids),
        "words": list(votes.words),
        "alpha": agreed and agreed.to_json(),
        "alpha_by_word": {word: (of := agreement.alpha_of(votes, word)) and of.to_json() for word in votes.words},
    }


def _faces():
    order = (pictures.c.path, items.c.x, items.c.y, items.c.width)
    return (
        select(items.c.id, pictures.c.path, items.c.x, items.c.y, items.c.width, items.c.height, items.c.tilt_deg)
        .join(pictures, items.c.picture_id == pictures.c.id)
        .order_by(*order)
    )


def _number(value):
    return f"{value:.6f}".rstrip("0").rstrip(".")
