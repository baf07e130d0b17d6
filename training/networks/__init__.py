"""The networks by family. Each takes grey levels 0..255 as float32 (n, 48, 48, 1), scales them
inside, and gives one logit a label, float32 (n, labels)."""

from training.networks import resnet, study, vgg

BUILDERS = {"cnn": study.cnn, "fnn": study.fnn, "resnet": resnet.resnet, "vgg": vgg.vgg}


def build(network, labels, **options):
    """The Keras model of the family `network` for this many labels; options are its builder's."""
    return BUILDERS[network](labels, **options)
