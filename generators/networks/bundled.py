"""The networks that come with the project: where the code of each is, and what is known of it without loading it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Bundled:
    make: str
    """``"package.module:Class"``, called without arguments."""
    kind: str
    data: str
    """The data set it was trained on, by its name in ``generators.datasets``."""


BUNDLED: Mapping[str, Bundled] = {
    "digits-net": Bundled("generators.networks.digits_net:DigitsNet", "image-classifier", "digits"),
    "iris-net-2": Bundled("generators.networks.iris_net_2:IrisNet2", "classifier", "iris-pair"),
    "iris-net-4": Bundled("generators.networks.iris_net_4:IrisNet4", "classifier", "iris"),
    "digits-rnn": Bundled("generators.networks.digits_rnn:DigitsRNN", "sequence-classifier", "digits"),
    "moons-net": Bundled("generators.networks.plane_net:moons_net", "plane", "moons"),
    "spirals-net": Bundled("generators.networks.plane_net:spirals_net", "plane", "spirals"),
    "picture-net": Bundled("generators.networks.plane_net:picture_net", "plane", "picture"),
    "texture-net": Bundled("generators.networks.texture_net:TextureNet", "image-classifier", "textures"),
    "texture-net-plain": Bundled("generators.networks.texture_net:TextureNet", "image-classifier", "textures"),
    "texture-net-random": Bundled("generators.networks.texture_net:TextureNet", "image-classifier", "textures"),
    "grammar-gpt": Bundled("generators.networks.gpt:grammar_gpt", "language-model", "grammar"),
    "pydoc-gpt": Bundled("generators.networks.gpt:pydoc_gpt", "language-model", "pydoc"),
}
