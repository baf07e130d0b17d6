"""Agreement: Krippendorff's alpha with its interval, agreement between pairs of raters, confused answers."""

import krippendorff
import numpy as np
import pytest

from app.labelling import agreement
from app.labelling.tallies import tally

COLUMNS = ("doubt", "pain", "neutral", "cant_tell", "no_face")


def tally_of(rows):
    """Tallies of (face, rater, "word" or "word,word") rows."""
    shares = [{word: 1 / len(text.split(",")) for word in text.split(",")} for _face, _rater, text in rows]
    return tally([row[0] for row in rows], [row[1] for row in rows], shares, COLUMNS)


def random_rows(faces=80, raters=4, sameness=0.6, seed=3):
    chance = np.random.default_rng(seed)
    truth = chance.choice(COLUMNS[:3], faces)
    return [
        (face, rater, str(truth[face] if chance.random() < sameness else chance.choice(COLUMNS)))
        for face in range(faces)
        for rater in range(raters)
        if chance.random() < 0.9
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, 1, "pain")],
        [(1, 1, "pain"), (2, 2, "doubt")],
        [(1, 1, "pain"), (1, 2, "pain")],
    ],
    ids=["no vote", "one vote", "no face with two", "one answer alone"],
)
def test_alpha_is_not_told_where_there_is_nothing_to_tell_it_from(rows):
    assert agreement.alpha(tally_of(rows)) is None


def test_alpha_of_votes_on_single_words_is_krippendorff_s_nominal_one():
    rows = random_rows()
    table = np.full((4, 80), np.nan)
    for face, rater, word in rows:
        table[rater, face] = COLUMNS.index(word)
    expected = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    assert agreement.alpha(tally_of(rows)).value == pytest.approx(expected)


def test_alpha_is_one_where_all_agree_and_near_none_where_chance_votes():
    same = [(face, rater, COLUMNS[face % 3]) for face in range(12) for rater in range(3)]
    assert agreement.alpha(tally_of(same)).value == 1
    chance = agreement.alpha(tally_of(random_rows(faces=400, sameness=0.0)))
    assert abs(chance.value) < 0.1
    assert chance.low < 0 < chance.high or abs(chance.value) < 0.05


def test_half_a_vote_in_common_is_half_the_distance():
    # Krippendorff by hand: two faces of two votes. Values: doubt, doubt+pain (distance 1/2), pain, pain.
    rows = [(1, 1, "doubt"), (1, 2, "doubt,pain"), (2, 1, "pain"), (2, 2, "pain")]
    observed = 2 * 0.5 / 4
    expected = 2 * (0.5 + 2 * 1 + 2 * 0.5) / (4 * 3)
    assert agreement.alpha(tally_of(rows)).value == pytest.approx(1 - observed / expected)


def test_the_interval_holds_the_value_and_is_that_of_a_plain_bootstrap_by_the_package():
    rows = random_rows(faces=60)
    found = agreement.alpha(tally_of(rows))
    assert found.low < found.value < found.high
    counts = np.zeros((60, len(COLUMNS)), int)
    for face, _rater, word in rows:
        counts[face, COLUMNS.index(word)] += 1
    chance = np.random.default_rng(1)
    drawn = [
        krippendorff.alpha(value_counts=counts[chance.integers(0, 60, 60)], level_of_measurement="nominal")
        for _ in range(400)
    ]
    assert np.percentile(drawn, [2.5, 97.5]) == pytest.approx([found.low, found.high], abs=0.04)


def test_the_alpha_of_a_word_asks_only_whether_it_was_used():
    rows = [(face, rater, "pain" if face % 2 else COLUMNS[rater]) for face in range(20) for rater in (0, 2)]
    votes = tally_of(rows)
    assert agreement.alpha_of(votes, "pain").value == 1
    assert agreement.alpha_of(votes, "doubt").value < 0.1


def test_each_rater_s_votes_are_held_against_those_of_the_others():
    rows = [(face, rater, "pain" if rater < 3 else "doubt") for face in range(5) for rater in (1, 2, 3)]
    votes = tally_of([*rows, (9, 4, "pain")])
    assert votes.rater_ids.tolist() == [1, 2, 3, 4]
    assert agreement.with_others(votes)[:3] == pytest.approx([0.5, 0.5, 0])
    assert np.isnan(agreement.with_others(votes)[3])


def test_answers_taken_for_each_other_are_counted_by_pairs_of_votes():
    rows = [(1, 1, "pain"), (1, 2, "doubt"), (2, 1, "pain"), (2, 2, "pain"), (3, 1, "neutral")]
    matrix = agreement.confusions(tally_of(rows))
    assert matrix[1, 0] == matrix[0, 1] == 1
    assert matrix[1, 1] == 2
    assert matrix.sum() == 4


def test_faces_split_people_as_far_as_their_votes_differ():
    rows = [
        (1, 1, "pain"),
        (1, 2, "doubt"),
        (2, 1, "pain"),
        (2, 2, "pain"),
        (3, 1, "pain"),
        (4, 1, "pain"),
        (4, 2, "pain,doubt"),
    ]
    apart = agreement.splits(tally_of(rows))
    assert apart[[0, 1, 3]] == pytest.approx([1, 0, 0.5])
    assert np.isnan(apart[2])
