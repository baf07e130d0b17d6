"""The losses of networks with one head and with two heads."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.fitting.losses import TwoHeads

TRUTH = np.array([[1, 0, 0.75, 0.25], [0, 1, 0, 0]], np.float32)
LOGITS = np.array([[2.0, -1.0, 0.5, 0.1], [0.3, 0.2, 3.0, -3.0]], np.float32)


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_the_loss_is_the_cross_entropy_of_each_head(weight):
    per_head = [
        keras.losses.categorical_crossentropy(TRUTH[:1, part], LOGITS[:1, part], from_logits=True)[0]
        for part in (slice(2), slice(2, 4))
    ]
    loss = TwoHeads(2, weight)(TRUTH[:1], LOGITS[:1] if weight else LOGITS[:1, :2])
    assert float(loss) == pytest.approx(float(per_head[0] + weight * per_head[1]), rel=1e-5)


def test_a_row_without_votes_teaches_the_second_head_nothing():
    logits = tf.Variable(LOGITS)
    with tf.GradientTape() as tape:
        loss = TwoHeads(2, 1.0)(TRUTH, logits)
    gradient = tape.gradient(loss, logits).numpy()
    assert np.abs(gradient[1, 2:]).max() == 0
    assert np.abs(gradient[1, :2]).min() > 0
