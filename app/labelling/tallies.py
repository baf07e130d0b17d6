"""The standing votes as arrays, for agreement, aggregation, results and export."""

from dataclasses import dataclass

import numpy as np

from app.labelling import voting, words
from app.labelling.words import CANT_TELL, NO_FACE


@dataclass(frozen=True)
class Tallies:
    """The standing votes: row i says that rater `raters[i]` gave face `faces[i]` the shares `shares[i]`.

    `columns` are the words in their order, then cant_tell and no_face; `shares` is float64 (votes, columns), each row
    adding up to 1. `face_ids` (faces,) and `rater_ids` (raters,) are the database's numbers, which `faces` and
    `raters`, int (votes,), index.
    """

    columns: tuple[str, ...]
    face_ids: np.ndarray
    rater_ids: np.ndarray
    faces: np.ndarray
    raters: np.ndarray
    shares: np.ndarray

    @property
    def words(self):
        """The columns that are words."""
        return self.columns[:-2]

    def sums(self):
        """The votes by face and column: float64 (faces, columns)."""
        sums = np.zeros((len(self.face_ids), len(self.columns)))
        np.add.at(sums, self.faces, self.shares)
        return sums

    def counts(self):
        """How many people voted on each face: int64 (faces,)."""
        return np.bincount(self.faces, minlength=len(self.face_ids))


def load(connection):
    """The Tallies of all standing votes, for the current words and for earlier words that have votes."""
    votes = voting.standing(connection)
    shares = [voting.shares(answer) for _face, _rater, answer in votes]
    used = {column for share in shares for column in share}
    today = [word.word for word in words.offered(connection)]
    known = [word.word for word in words.known(connection)]
    columns = (*(word for word in known if word in today or word in used), CANT_TELL, NO_FACE)
    return tally([vote[0] for vote in votes], [vote[1] for vote in votes], shares, columns)


def tally(faces, raters, shares, columns):
    """The Tallies of votes, given as numbers of faces and raters and a dict {column: share} for each vote."""
    places = {column: place for place, column in enumerate(columns)}
    matrix = np.zeros((len(shares), len(columns)))
    for row, share in enumerate(shares):
        for column, part in share.items():
            matrix[row, places[column]] = part
    face_ids, face_rows = np.unique(np.asarray(faces, np.int64), return_inverse=True)
    rater_ids, rater_rows = np.unique(np.asarray(raters, np.int64), return_inverse=True)
    return Tallies(tuple(columns), face_ids, rater_ids, face_rows, rater_rows, matrix)
