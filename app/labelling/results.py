"""The content of the page of results: agreement, words, raters, disputed faces, and warnings."""

import math
import threading
import time

import numpy as np
from sqlalchemy import func, select

from app.labelling import aggregation, agreement, raters, schema, tallies, words
from app.labelling.schema import items, pictures, turns, votes
from app.labelling.words import CANT_TELL

FEW = 20
"""Faces by majority that a word needs; with fewer a network can hardly learn the word."""

TENTATIVE = 0.667
"""Krippendorff's least alpha for tentative conclusions (Content Analysis, 4th edition, 2019, section 12.4.2)."""

SHOWN = 12  # faces and pairs of words in the lists


class Latest:
    """The figures of a site, computed again when votes or raters have changed since the last request.

    Where that takes more than SLOW_S, at most a tenth of the time is spent on it, so that raters need not wait.
    """

    SLOW_S = 1.0

    def __init__(self):
        self._state = None
        self._figures = {}
        self._again_s = -math.inf
        self._making = threading.Lock()

    def figures(self, site):
        """The figures of the page of results, ready for JSON."""
        with site.engine.connect() as connection, self._making:
            state = _state(connection)
            if state != self._state and time.monotonic() > self._again_s:
                began_s = time.monotonic()
                self._figures, self._state = make(connection), state
                took_s = time.monotonic() - began_s
                self._again_s = time.monotonic() + 9 * took_s if took_s > self.SLOW_S else -math.inf
            return self._figures | counts(connection, site)


def counts(connection, site):
    """The progress: faces, votes wanted and given, pictures, and pictures that are unreadable or without a face."""
    faces = connection.scalar(select(func.count()).select_from(items))
    given = connection.scalar(select(func.count(turns.c.vote_id)))
    found = select(items.c.picture_id)
    empty = select(func.count()).where(pictures.c.trouble == "", pictures.c.id.not_in(found))
    return {
        "faces": faces,
        "votes": given,
        "wanted": faces * site.rules.raters,
        "raters_a_face": site.rules.raters,
        "pictures": connection.scalar(select(func.count()).select_from(pictures)),
        "without_face": connection.scalar(empty),
        "unreadable": connection.scalar(select(func.count()).where(pictures.c.trouble != "")),
        "looking": site.scanner.is_busy,
    }


def make(connection):
    """All figures that are computed from the votes, ready for JSON."""
    tally = tallies.load(connection)
    shown = {word.word: word.shown for word in words.known(connection)}
    agreed = agreement.alpha(tally)
    by_word = _words(tally, shown)
    return {
        "alpha": agreed and agreed.to_json(),
        "words": by_word,
        "raters": _raters(tally, raters.list_raters(connection)),
        "confusions": _confusions(tally, shown),
        "splits": _splits(tally),
        "warnings": _warnings(tally, agreed, by_word),
    }


def _state(connection):
    """A value that changes when a vote is added, or a rater joins, consents or withdraws."""
    newest = select(func.max(votes.c.id), func.count(votes.c.id))
    people = select(func.max(schema.raters.c.id), func.count(schema.raters.c.id), func.count(schema.raters.c.agreed_at))
    return *connection.execute(newest).one(), *connection.execute(people).one()


def _words(tally, shown):
    sums = tally.sums()
    winners, parts = aggregation.majority(sums), aggregation.shares(sums)
    weighed = _weighed(tally)
    rows = []
    for place, column in enumerate(tally.columns):
        is_word = column in tally.words
        of = agreement.alpha_of(tally, column) if is_word else None
        rows.append(
            {
                "word": column,
                "shown": shown.get(column, ""),
                "is_word": is_word,
                "votes": round(float(sums[:, place].sum()), 2),
                "majority": int((winners == place).sum()),
                "share": round(float(parts[:, place].mean()), 4) if len(parts) else 0.0,
                "dawid_skene": None if column == CANT_TELL else int((weighed == place).sum()),
                "alpha": of and of.to_json(),
            }
        )
    return rows


def _weighed(tally):
    """The answer of each face by Dawid and Skene, int64 (faces,): a vote "can't tell" says nothing about the face."""
    told = tally.shares[:, tally.columns.index(CANT_TELL)] == 0
    if not told.any():
        return np.full(len(tally.face_ids), -1)
    belief, _confusion = aggregation.dawid_skene(tally.faces[told], tally.raters[told], tally.shares[told])
    answers = np.full(len(tally.face_ids), -1)
    rated = np.unique(tally.faces[told])
    answers[rated] = belief[rated].argmax(1)
    return answers


def _raters(tally, people):
    together = agreement.with_others(tally)
    place = {number: row for row, number in enumerate(tally.rater_ids.tolist())}
    rows = []
    for number, name, _joined, has_agreed, count in people:
        row = place.get(number)
        part = None if row is None or np.isnan(together[row]) else round(float(together[row]), 4)
        rows.append({"id": number, "name": name, "agreed": has_agreed, "votes": count, "with_others": part})
    return rows


def _confusions(tally, shown):
    matrix = agreement.confusions(tally)
    apart = matrix.sum() - np.trace(matrix)
    pairs = [
        {
            "words": [shown.get(tally.columns[a], tally.columns[a]), shown.get(tally.columns[b], tally.columns[b])],
            "part": round(float(2 * matrix[a, b] / apart), 4),
        }
        for a in range(len(matrix))
        for b in range(a)
        if matrix[a, b] > 0
    ]
    return sorted(pairs, key=lambda pair: -pair["part"])[:SHOWN]


def _splits(tally):
    apart, sums = agreement.splits(tally), tally.sums()
    order = [row for row in np.argsort(-np.nan_to_num(apart), kind="stable")[:SHOWN] if apart[row] > 0]
    return [
        {
            "face": int(tally.face_ids[row]),
            "apart": round(float(apart[row]), 4),
            "votes": {
                column: round(n, 2) for column, n in zip(tally.columns, sums[row].tolist(), strict=True) if n > 0
            },
        }
        for row in order
    ]


def _warnings(tally, agreed, by_word):
    """Sentences on the words that can't be learnt from these votes."""
    found = []
    if agreed is None:
        found.append("Agreement can’t be told yet: it needs faces on which two people have voted, and two answers.")
    elif agreed.low <= 0:
        found.append("All in all people may agree no more than by chance: see whether the words are clear.")
    return found + [words for row in by_word if row["is_word"] and (words := _warning_of(row))]


def _warning_of(row):
    """The reasons against learning a word, as sentences; empty where there is none."""
    of, reasons = row["alpha"], []
    if row["majority"] < FEW:
        reasons.append(f"{row['majority']} faces by majority are few: with fewer than {FEW} it can hardly be learnt.")
    if of and of["low"] <= 0:
        reasons.append("People may agree on it no more than by chance; a network can’t be more right than they.")
    elif of and of["value"] < TENTATIVE:
        reasons.append(f"Alpha is {of['value']:.2f}; Krippendorff asks for {TENTATIVE} even for tentative conclusions.")
    return reasons and f"“{row['shown'] or row['word']}”: {' '.join(reasons)}"
