"""texture-net: seven convolutions that name one of 27 textures; batch normalisation is for training, then folded in."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

CONVOLUTIONS = ("conv1", "conv2", "conv3a", "conv3b", "conv4a", "conv4b", "conv5")


class TextureNet(nn.Module):
    """Seven 3 by 3 convolutions with ReLU, three poolings between, the mean over places, one linear layer.

    Pooling takes the mean, not the largest: so every pixel that a neuron sees has a share in its gradient.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.AvgPool2d(2)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.AvgPool2d(2)
        self.conv3a = nn.Conv2d(32, 48, kernel_size=3, padding=1)
        self.relu3a = nn.ReLU()
        self.conv3b = nn.Conv2d(48, 64, kernel_size=3, padding=1)
        self.relu3b = nn.ReLU()
        self.pool3 = nn.AvgPool2d(2)
        self.conv4a = nn.Conv2d(64, 96, kernel_size=3, padding=1)
        self.relu4a = nn.ReLU()
        self.conv4b = nn.Conv2d(96, 128, kernel_size=3, padding=1)
        self.relu4b = nn.ReLU()
        self.conv5 = nn.Conv2d(128, 160, kernel_size=3, padding=1)
        self.relu5 = nn.ReLU()
        self.head = nn.Linear(160, 27)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(self.relu1(self.conv1(x)))  # (n, 16, 32, 32)
        x = self.pool2(self.relu2(self.conv2(x)))  # (n, 32, 16, 16)
        x = self.relu3a(self.conv3a(x))  # (n, 48, 16, 16)
        x = self.pool3(self.relu3b(self.conv3b(x)))  # (n, 64, 8, 8)
        x = self.relu4a(self.conv4a(x))  # (n, 96, 8, 8)
        x = self.relu4b(self.conv4b(x))  # (n, 128, 8, 8)
        x = self.relu5(self.conv5(x))  # (n, 160, 8, 8)
        return self.head(x.mean((2, 3)))  # (n, 27)


def normalised(network: TextureNet) -> TextureNet:
    """Put batch normalisation after every convolution, as training needs it; changes and returns the network."""
    for name in CONVOLUTIONS:
        convolution = getattr(network, name)
        bare = nn.Conv2d(convolution.in_channels, convolution.out_channels, kernel_size=3, padding=1, bias=False)
        setattr(network, name, nn.Sequential(bare, nn.BatchNorm2d(convolution.out_channels)))
    return network


@torch.no_grad()
def unfolded(network: TextureNet, x: Tensor) -> TextureNet:
    """Undo ``folded``, to train on: a new network, normalised so that inputs like ``x`` make no difference."""
    twin = normalised(TextureNet()).to(x.device).eval()
    twin.head.load_state_dict(network.head.state_dict())
    hooks = [
        getattr(network, name).register_forward_hook(partial(_share, *getattr(twin, name))) for name in CONVOLUTIONS
    ]
    network(x)
    for hook in hooks:
        hook.remove()
    return twin


def _share(
    bare: nn.Conv2d, normalisation: nn.BatchNorm2d, convolution: nn.Conv2d, _: Any, preactivations: Tensor
) -> None:
    """Share a convolution between one without bias and a normalisation that has seen these preactivations."""
    assert convolution.bias is not None
    variance, mean = torch.var_mean(preactivations, (0, 2, 3))
    bare.weight.copy_(convolution.weight)
    normalisation.running_mean = mean - convolution.bias
    normalisation.running_var = variance
    normalisation.weight.copy_((variance + normalisation.eps).sqrt())
    normalisation.bias.copy_(mean)


def folded(network: TextureNet) -> TextureNet:
    """Multiply the normalisation, as it stands, into the convolutions: a new network that does the same."""
    was_training = network.training
    network.eval()
    plain = TextureNet().to(next(network.parameters()).device).eval()
    for name in CONVOLUTIONS:
        setattr(plain, name, fuse_conv_bn_eval(*getattr(network, name)))
    plain.head.load_state_dict(network.head.state_dict())
    network.train(was_training)
    return plain
