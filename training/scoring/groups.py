"""Accuracy by group of people, for a user's pictures that come with group labels; FER2013's have none."""

import csv
from collections import Counter

import numpy as np

from training.data.faces import BadDataset
from training.scoring.metrics import wilson

DRAWS = 10_000
"""How often chance is asked, for every interval."""

UNKNOWN = (
    "None of these pictures say how old a person is, of which sex, skin colour or origin. So nobody can say whether "
    "some people are read worse than others, and the scores over all may hide that they are. "
    "`python -m training evaluate NAME --groups FILE` tells it for pictures that come with such labels."
)
"""What a card says of groups."""


def read_groups(path, faces):
    """The group of each picture of some Faces, str (n,), "" where the file names none; raises BadDataset.

    The file is CSV with the columns picture,group. A picture is named as in Faces.names: by its path below
    its tree, or by its row in the CSV, whose header is row 1.
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as text:
            header, *rows = [*csv.reader(text)] or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path}: groups cannot be read: {error}") from None
    if header != ["picture", "group"]:
        raise BadDataset(f"{path}: the columns must be picture,group, not {','.join(header)[:80]}")
    groups = {}
    for number, row in enumerate(rows, 2):
        if len(row) != 2 or not all(row):
            raise BadDataset(f"{path}, row {number}: expected a picture and its group, found {','.join(row)[:80]!r}")
        if groups.setdefault(row[0], row[1]) != row[1]:
            raise BadDataset(f"{path}, row {number}: {row[0]} is in {groups[row[0]]} already")
    for name, count in Counter(faces.names.tolist()).items():
        if count > 1 and name in groups:
            raise BadDataset(f"{path} names {name}, which {count} of the data's sources hold: evaluate each by itself")
    found = np.array([groups.get(name, "") for name in faces.names.tolist()])
    if not found.any():
        named = ", ".join(list(groups)[:2]) or "nothing"
        raise BadDataset(f"{path} names {named}, and the data holds {', '.join(faces.names[:2])}: nothing in common")
    return found


def by_group(right, groups):
    """Accuracy by group and the largest gap, as a dict; raises BadDataset where there are not two groups.

    right: bool (n,), whether the model read each picture right. groups: str (n,), each picture's group, "" for none.
    A group's interval is Wilson's at 95 %. The gap is the best group's accuracy less the worst's; its interval is
    Newcombe's (1998, https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). A gap between
    the best and the worst group shows among equal groups too: with randomly assigned groups it stays below `by_chance`
    in 95 % of the cases.
    """
    names, place, rows = np.unique(groups[groups != ""], return_inverse=True, return_counts=True)
    if len(names) < 2:
        raise BadDataset(f"groups are compared where an exam has two or more, not {', '.join(names) or 'none'}")
    hits = np.bincount(place, right[groups != ""])
    accuracy = hits / rows
    rng = np.random.default_rng(0)
    dealt = rng.multivariate_hypergeometric(rows, int(hits.sum()), DRAWS) / rows
    best, worst = accuracy.argmax(), accuracy.argmin()
    intervals = [wilson(h, n) for h, n in zip(hits, rows, strict=True)]
    return {
        "groups": {
            str(name): {"rows": int(n), "accuracy": _round(share), "interval": [*map(_round, bounds)]}
            for name, n, share, bounds in zip(names, rows, accuracy, intervals, strict=True)
        },
        "gap": {
            "best": str(names[best]),
            "worst": str(names[worst]),
            "difference": _round(accuracy[best] - accuracy[worst]),
            "interval": _of_difference(accuracy[best], intervals[best], accuracy[worst], intervals[worst]),
            "by_chance": _round(np.quantile(dealt.max(axis=1) - dealt.min(axis=1), 0.95)),
        },
    }


def _of_difference(one, one_bounds, other, other_bounds):
    """The interval of a difference of two shares, from the interval (low, high) of each."""
    down = np.hypot(one - one_bounds[0], other_bounds[1] - other)
    up = np.hypot(one_bounds[1] - one, other - other_bounds[0])
    return [_round(one - other - down), _round(one - other + up)]


def _round(share):
    return round(float(share), 4)
