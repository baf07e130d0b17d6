"""The weights that a run starts from: those of another run, of a shipped model or of ImageNet."""

import json

import keras

from app.vision.contract import CARD
from training import networks
from training.export.recover import recover, renormalise
from training.fitting.checkpoints import CHECKPOINT, RELEASED, RUN, BadRun


def take_imagenet(model):
    """Gives VGG16 ImageNet's convolutions; raises BadRun for other networks and where the download fails."""
    if model.name != "vgg":
        raise BadRun(f"ImageNet's weights fit VGG16 alone, not {model.name}")
    try:
        networks.vgg.take_imagenet(model)
    except OSError as error:
        raise BadRun(f"{error}; train without --start imagenet") from None


def trained(run, shipped, pictures):
    """The network of an earlier training and its labels.

    run, shipped: the folders of the run and of the model. A finished run gives the released weights with the second
    head. Without a run, the model's file gives the weights and `pictures` the batch normalisations' statistics.
    """
    if (run / RELEASED).is_file() and (run / CHECKPOINT).is_file():
        model = keras.saving.load_model(run / CHECKPOINT)
        if model.optimizer.use_ema:
            model.optimizer.finalize_variable_values(model.trainable_variables)
        return model, json.loads((run / RUN).read_text())["labels"]
    if (shipped / CARD).is_file():
        network, labels = recover(shipped)
        renormalise(network, pictures)
        return network, labels
    raise BadRun(
        f"the recipe starts from {run.name}, which is neither a finished run nor a model here; train {run.name} first"
    )


def lend_weights(source, head, known, target, words):
    """Copies weights between layers of the same name and shape; returns the names of these layers, without the head.

    The source's layer `head` gives the logits of the words `known`. The target's head takes the weights of those of
    its own `words` that are among them; its other weights stay.
    """
    weights = {layer.name: layer.get_weights() for layer in source.layers if layer.weights}
    said, own = weights.pop(head), target.get_layer(head_of(target))
    if len(said[0]) == own.kernel.shape[0]:
        pairs = zip(said, own.get_weights(), strict=True)
        own.set_weights([_by_word(theirs, known, ours, words) for theirs, ours in pairs])
    alike = [layer for layer in target.layers if layer is not own and layer.name in weights]
    lent = [layer for layer in alike if [w.shape for w in weights[layer.name]] == [w.shape for w in layer.weights]]
    for layer in lent:
        layer.set_weights(weights[layer.name])
    return [layer.name for layer in lent]


def _by_word(theirs, known, ours, words):
    """`ours`, with the entry of `theirs` along the last axis for each word that both know."""
    places = {words.index(word): known.index(word) for word in words if word in known}
    ours = ours.copy()
    ours[..., list(places)] = theirs[..., list(places.values())]
    return ours


def outputs(model):
    """The names of the layers that give logits."""
    return [
        layer.name
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense) and layer.activation is keras.activations.linear
    ]


def head_of(model):
    """The name of the layer that gives the labels' logits."""
    return next(name for name in outputs(model) if name != "votes")
