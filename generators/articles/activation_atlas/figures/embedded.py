"""Small pictures inside a drawing: they travel in its own text, so that it is whole without a script."""

import base64
import io

import numpy as np
from PIL import Image

from generators.drawing.svg import element

QUALITY = 70


def picture(pixels: np.ndarray, x: float, y: float, width: float, height: float, **attributes: object) -> str:
    """Place a picture uint8 (h, w, 1, 3 or 4) in a rectangle of a drawing that it fills."""
    return element(
        "image", href=encoded(pixels), x=float(x), y=float(y), width=float(width), height=float(height),
        preserveAspectRatio="none", **attributes,
    )  # fmt: skip


def encoded(pixels: np.ndarray) -> str:
    """The picture as an address that holds it: WebP in base64."""
    written = io.BytesIO()
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    image.save(written, "WEBP", quality=QUALITY, alpha_quality=QUALITY, method=6)
    return "data:image/webp;base64," + base64.b64encode(written.getvalue()).decode()


def column(pictures: np.ndarray, gap: int) -> np.ndarray:
    """Pictures uint8 (n, h, w, c) below one another, ``gap`` transparent rows between them: (rows, w, 4)."""
    rows = [np.pad(each, ((0, gap), (0, 0), (0, 0))) for each in with_alpha(pictures)]
    return np.concatenate(rows)[: -gap or None]


def board(pictures: np.ndarray, columns: np.ndarray, rows: np.ndarray, grid: int) -> np.ndarray:
    """Square pictures uint8 (n, px, px, c) at their places of a grid, transparent elsewhere: (side, side, 4)."""
    px = pictures.shape[1]
    board = np.zeros((grid, px, grid, px, 4), np.uint8)
    board[rows.astype(int), :, columns.astype(int)] = with_alpha(pictures)
    return board.reshape(grid * px, grid * px, 4)


def with_alpha(pictures: np.ndarray) -> np.ndarray:
    """Pictures uint8 (n, h, w, 1 or 3) with colours and full opacity: (n, h, w, 4)."""
    colours = np.broadcast_to(pictures, (*pictures.shape[:3], 3))
    return np.concatenate([colours, np.full((*pictures.shape[:3], 1), 255, np.uint8)], 3)


def reduced(pixels: np.ndarray, largest: int) -> np.ndarray:
    """A picture uint8 (h, w, 3 or 4), its longer side at most ``largest``."""
    image = Image.fromarray(pixels)
    image.thumbnail((largest, largest), Image.Resampling.LANCZOS)
    return np.asarray(image)
