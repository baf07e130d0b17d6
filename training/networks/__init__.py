"""The networks by family. Each takes grey levels 0..255 as float32 (n, 48, 48, 1), scales them
itself, and returns one logit for each label, float32 (n, labels)."""

from training.networks import resnet, study, vgg

BUILDERS = {"cnn": study.cnn, "fnn": study.fnn, "resnet": resnet.resnet, "vgg": vgg.vgg}


def build(network, labels, **options):
    """The Keras model of the family `network` for this many labels; `options` go to the family's builder."""
    return BUILDERS[network](labels, **options)
