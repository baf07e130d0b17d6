"""VGG16 (Simonyan and Zisserman 2014, https://arxiv.org/abs/1409.1556) for 48×48 grey pictures.

Batch normalisation follows each convolution. Five poolings leave one place of 512 channels, so the
three dense layers are far smaller than ImageNet's and hold 512 units each.
"""

import keras
from keras import layers

from training.networks.blocks import conv, logits

CHANNELS = (64, 128, 256, 512, 512)


def vgg(labels, plan=(2, 2, 3, 3, 3), units=512, dropout=0.5, reduce=False, votes=0):
    """VGG: `plan` gives the number of 3×3 convolutions in each stage, which ends with a pooling; then dense layers.

    reduce: whether the picture is first reduced from 48 to 32 pixels by area, for 0.44 of the work. Five poolings turn
    32 pixels into exactly one place; of 48 pixels they ignore a third in each direction. votes: the number of logits of
    a second head, after those of the labels. Takes pictures of 32 to 63 pixels, or of 48 to 95 with `reduce`.
    """
    faces = keras.Input((None, None, 1))
    x = layers.Rescaling(1 / 255, name="scale")(faces)
    if reduce:
        x = layers.UpSampling2D(2, name="double")(x)
        x = layers.AveragePooling2D(3, name="third")(x)
    for stage, (depth, channels) in enumerate(zip(plan, CHANNELS, strict=True), 1):
        for place in range(1, depth + 1):
            x = conv(x, channels, 3, f"block{stage}_conv{place}")
        x = layers.MaxPooling2D(name=f"block{stage}_pool")(x)
    x = layers.GlobalAveragePooling2D(name="flatten")(x)  # accepts smaller training pictures too
    for name in ("fc1", "fc2"):
        x = layers.Dense(units, activation="relu", name=name)(x)
        x = layers.Dropout(dropout, name=f"{name}_dropout")(x)
    return keras.Model(faces, logits(x, labels, votes, "fc3"), name="vgg")


def take_imagenet(model):
    """Gives a vgg model the convolutions of Keras' ImageNet weights; raises OSError where the download fails."""
    try:
        source = keras.applications.VGG16(weights="imagenet", include_top=False)
    except Exception as error:  # Keras raises a bare Exception where the download fails
        raise OSError(f"Keras' ImageNet weights of VGG16 cannot be fetched: {error}") from error
    for layer in source.layers:
        if isinstance(layer, layers.Conv2D):
            kernel = layer.kernel.numpy()
            if kernel.shape[2] == 3:  # summed over colours: one grey channel then gives what three equal ones would
                kernel = kernel.sum(axis=2, keepdims=True)
            model.get_layer(layer.name).kernel.assign(kernel)
