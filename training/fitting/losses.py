"""The loss and the accuracy of a network with one head, or with a second one for FER+'s votes."""

import keras


@keras.saving.register_keras_serializable("training")
class TwoHeads(keras.losses.Loss):
    """Cross-entropy of the first `labels` logits, and `votes` times that of the rest, if any."""

    def __init__(self, labels, votes=0.0, name="two_heads", **options):
        super().__init__(name=name, **options)
        self.labels, self.votes = labels, votes

    def call(self, truth, logits):
        cut = self.labels
        loss = _cross_entropy(truth[:, :cut], logits[:, :cut])
        return loss + self.votes * _cross_entropy(truth[:, cut:], logits[:, cut:]) if self.votes else loss

    def get_config(self):
        return super().get_config() | {"labels": self.labels, "votes": self.votes}


def _cross_entropy(truth, logits):
    # TensorFlow's own has the gradient softmax - truth, whatever the truth sums to: a row without votes,
    # which must teach nothing, would push all its logits down for ever.
    return -keras.ops.sum(truth * keras.ops.log_softmax(logits), axis=1)


@keras.saving.register_keras_serializable("training")
class LabelAccuracy(keras.metrics.CategoricalAccuracy):
    """How often the largest of the first `labels` logits is the label's."""

    def __init__(self, labels, name="accuracy", **options):
        super().__init__(name=name, **options)
        self.labels = labels

    def update_state(self, truth, logits, sample_weight=None):
        return super().update_state(truth[:, : self.labels], logits[:, : self.labels], sample_weight)

    def get_config(self):
        return super().get_config() | {"labels": self.labels}
