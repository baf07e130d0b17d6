"""VGG16 (Simonyan and Zisserman 2014, https://arxiv.org/abs/1409.1556) for 48×48 grey pictures.

Batch normalisation follows each convolution. Five poolings leave one place of 512 channels, so the
three dense layers are far smaller than ImageNet's and hold 512 units each.
"""

import keras
from keras import layers

from training.networks.blocks import conv, logits

CHANNELS = (64, 128, 256, 512, 512)


def vgg(labels, plan=(2, 2, 3, 3, 3), units=512, dropout=0.5, reduce=False, votes=0):
    """3×3 convolutions by `plan` (so many a stage), each stage ended by a pooling; then dense layers.

    reduce: whether 48 pixels become 32 first, each the mean of its area, for 0.44 of the work: five poolings leave
    exactly one place of 32, of 48 they overlook a third each way. votes: so many more logits stand behind the
    labels', for a second head. Takes any picture size from 32 to 63, reduced from 48 to 95.
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
    x = layers.GlobalAveragePooling2D(name="flatten")(x)  # of one place: pictures may be trained smaller
    for name in ("fc1", "fc2"):
        x = layers.Dense(units, activation="relu", name=name)(x)
        x = layers.Dropout(dropout, name=f"{name}_dropout")(x)
    return keras.Model(faces, logits(x, labels, votes, "fc3"), name="vgg")


def take_imagenet(model):
    """Gives a vgg model the convolutions of Keras' ImageNet weights; raises OSError where they can't be had."""
    try:
        source = keras.applications.VGG16(weights="imagenet", include_top=False)
    except Exception as error:  # Keras raises a bare Exception where the download fails
        raise OSError(f"Keras' ImageNet weights of VGG16 cannot be fetched: {error}") from error
    for layer in source.layers:
        if isinstance(layer, layers.Conv2D):
            kernel = layer.kernel.numpy()
            if kernel.shape[2] == 3:  # colours become grey: one channel answers as three equal ones do
                kernel = kernel.sum(axis=2, keepdims=True)
            model.get_layer(layer.name).kernel.assign(kernel)
