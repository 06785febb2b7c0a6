"""Pictures of any sort, from their encoded bytes to what a network takes.

Every picture ends as levels from 0 to 1 in one channel or three, at the network's size:

- one of another size is scaled until its shorter side fits and cropped around its centre (bilinear, antialiased); its
  aspect is kept. One of exactly the right size is left as it is;
- colour becomes luma (ITU-R 601) where the network takes one channel, grey is repeated where it takes three;
- what is transparent is laid on white;
- 16 bits are scaled from 0..65535, so that nothing is clipped;
- a palette, CMYK and the like become RGB, without a colour profile;
- the camera's rotation (EXIF) is applied; of an animation the first frame is taken.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PIL import Image, ImageOps

from generators.datasets.examples import UNREADABLE, Skipped
from generators.datasets.user.collection import Collection
from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM", "JPEG2000")
"""What may be opened; Pillow would hand others, such as EPS, to programs of their own."""
PIXELS_AT_MOST = 64_000_000
BYTES_AT_MOST = 256 * 1024**2
DRAFT = 4
"""A JPEG is decoded at an eighth, a quarter or half its size where that is still so many times the network's: 512 by
384 pixels for a network of 32 in two thirds of the time, its levels off by 0.2 of 255 in the mean."""
ORIENTATION = 0x0112
LEVELS, LEVELS_16 = 255, 65535

# Pillow's remarks on odd files; `catch_warnings` is no help, for it is not made for threads
warnings.filterwarnings("ignore", module=r"PIL\.")


class Unreadable(Exception):
    """One picture cannot be read; the message is the reason, without the name."""


class Encoded(Protocol):
    """Where the bytes of labelled pictures come from; asked by several threads at once."""

    name: str
    """Of the collection, for a person."""
    y: np.ndarray
    """int64 (n,): the index of each picture's class."""

    def picture_name(self, i: int) -> str: ...

    def encoded(self, i: int) -> bytes:
        """The file's bytes; Unreadable where there are none."""
        ...


class Pictures:
    """Encoded pictures as examples: decoded, fitted, standardised; those that cannot be read are counted."""

    def __init__(
        self,
        source: Encoded,
        shape: tuple[int, ...],
        mean: Sequence[float],
        std: Sequence[float],
        outside: Sequence[tuple[str, str]] = (),
    ) -> None:
        """``shape``: (channels, height, width), or (height, width) without a channel axis."""
        self._source, self.y = source, source.y
        self._shape = shape
        self._channels, self._height, self._width = _picture_shape(source.name, shape)
        self._mean, self._std = _by_channel(mean, shape), _by_channel(std, shape)
        self.tally = Skipped(source.name, len(source.y) + len(outside))
        for what, reason in outside:
            self.tally.add(what, what, reason)
        if (starts := getattr(source, "starts", None)) is not None:
            self.starts = starts

    def __len__(self) -> int:
        return len(self.y)

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Name and reason of each picture that could not be read so far."""
        return self.tally.named()

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """See ``Examples``."""
        import torch

        x = np.zeros((len(index), *self._shape), np.float32)
        y = self.y[index]
        for row, i in enumerate(map(int, index)):
            try:
                levels = decode(self._source.encoded(i), self._channels, self._height, self._width)
            except Unreadable as error:
                self.tally.add(i, self._source.picture_name(i), str(error))
                y[row] = UNREADABLE
            else:
                x[row] = (levels.reshape(self._shape) - self._mean) / self._std
        return torch.from_numpy(x), torch.from_numpy(y)

    def raw(self, index: np.ndarray, x: Tensor) -> np.ndarray:
        """Levels from 0 to 255, channels last where there are several: (n, height, width[, 3]) uint8."""
        levels = np.empty((len(x), self._height, self._width, self._channels), np.uint8)
        for row, picture in enumerate(x.numpy()):
            scaled = (picture * self._std + self._mean).reshape(self._channels, self._height, self._width)
            levels[row] = (scaled * LEVELS).round().clip(0, LEVELS).transpose(1, 2, 0)
        return levels[..., 0] if self._channels == 1 else levels


def collect(
    source: Encoded,
    name: str,
    labels: tuple[str, ...],
    shape: tuple[int, ...],
    mean: Sequence[float],
    std: Sequence[float],
    outside: Sequence[tuple[str, str]] = (),
) -> Collection:
    """Pictures and their answers; ``outside``: name and reason of what lies among them and is skipped already."""
    examples = Pictures(source, shape, mean, std, outside)
    return Collection(name, examples, source.y, labels, examples.raw, 4 * math.prod(shape), examples.tally)


def _picture_shape(name: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    channels, height, width = shape if len(shape) == 3 else (1, *shape, 0, 0)[:3]
    if len(shape) not in (2, 3) or channels not in (1, 3):
        wanted = "×".join(map(str, shape))
        raise UsageError(f"{name} holds pictures, of 1 or 3 channels, and the network takes examples of {wanted}")
    return channels, height, width


def _by_channel(numbers: Sequence[float], shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(numbers, np.float32).reshape((-1, 1, 1) if len(shape) == 3 else (-1,))


def decode(encoded: bytes, channels: int, height: int, width: int) -> np.ndarray:
    """Decode a picture to float32 (channels, height, width) from 0 to 1; Unreadable with the reason otherwise."""
    if not encoded:
        raise Unreadable("is empty")
    if len(encoded) > BYTES_AT_MOST:
        raise Unreadable(f"has {len(encoded):,} bytes, more than {BYTES_AT_MOST:,}")
    try:
        with Image.open(io.BytesIO(encoded), formats=FORMATS) as image:
            return _levels(image, channels, height, width)
    except Unreadable:
        raise
    except Image.DecompressionBombError:
        raise Unreadable(f"has more than {PIXELS_AT_MOST:,} pixels") from None
    except Exception as error:  # whatever a decoder makes of a stranger's bytes
        raise Unreadable(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, Image.UnidentifiedImageError):
        return "is no picture"
    said = " ".join(str(error).split())[:120]
    return f"is damaged: {said or type(error).__name__}"


def _levels(image: Image.Image, channels: int, height: int, width: int) -> np.ndarray:
    if image.width * image.height > PIXELS_AT_MOST:
        raise Unreadable(f"has {image.width:,} × {image.height:,} pixels, more than {PIXELS_AT_MOST:,}")
    image.draft(None, (DRAFT * max(height, width),) * 2)
    image.load()
    image = _fit(_in_channels(_upright(image), channels), height, width)
    levels = np.asarray(image, np.float32)
    if image.mode == "F":
        return np.broadcast_to(levels, (channels, height, width))
    return levels.reshape(height, width, channels).transpose(2, 0, 1) / np.float32(LEVELS)


def _upright(image: Image.Image) -> Image.Image:
    """Apply the camera's rotation; where that cannot be read, the picture stays as it is stored, as in a browser."""
    try:
        rotated = image.getexif().get(ORIENTATION, 1) != 1
    except Exception:
        return image
    return ImageOps.exif_transpose(image) if rotated else image


def _in_channels(image: Image.Image, channels: int) -> Image.Image:
    """Bring a picture to the mode L or RGB, or F with levels from 0 to 1 where it has more than 8 bits."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _deep(image)
    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB" if channels == 3 else "L")


def _deep(image: Image.Image) -> Image.Image:
    """Grey levels of 16 bits or more, or floating-point ones from 0 to 1."""
    levels = np.asarray(image).astype(np.float32)
    highest = 1 if image.mode == "F" else LEVELS_16
    if not (levels.min() >= 0 and levels.max() <= highest):  # NaN is refused too
        raise Unreadable(f"has levels from {levels.min():g} to {levels.max():g}: expected 0 to {highest}")
    return Image.fromarray(levels / np.float32(highest))


def _fit(image: Image.Image, height: int, width: int) -> Image.Image:
    """Scale a picture to the size and crop what of its longer side is left over, both in one step."""
    if image.size == (width, height):
        return image
    scale = max(width / image.width, height / image.height)
    kept_x, kept_y = min(image.width, width / scale), min(image.height, height / scale)
    left, top = (image.width - kept_x) / 2, (image.height - kept_y) / 2
    return image.resize((width, height), Image.Resampling.BILINEAR, box=(left, top, left + kept_x, top + kept_y))
