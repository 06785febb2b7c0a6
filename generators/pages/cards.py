"""Social cards: what a link to an article looks like elsewhere, 1200 × 630 pixels, made from one of its stills.

Lettered in the font that Pillow carries, so none is fetched.
"""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from generators.style import PALETTE

if TYPE_CHECKING:
    from generators.pages.article import Article
    from generators.store import Made

WIDTH_PX, HEIGHT_PX, MARGIN_PX = 1200, 630, 64
_VERSION = "1"  # part of what a kept card is known by: change it with the layout


def card(article: "Article", catalogue: Mapping[tuple[str, str, str], "Made"], kept: Path) -> Path:
    """Draw an article's card, or give the one that was kept for the same words and picture."""
    return _kept(f"Neuron Series {article.series}", article.title, article.subtitle, _still(article, catalogue), kept)


def series_card(kept: Path) -> Path:
    """Draw the card of every page that is no article."""
    return _kept("", "Neuron Series", "What is inside a trained network, computed and drawn.", None, kept)


def _kept(kicker: str, title: str, subtitle: str, still: Path | None, folder: Path) -> Path:
    words = "\n".join([_VERSION, kicker, title, subtitle, repr(sorted(PALETTE["light"].items()))])
    key = sha256(words.encode() + (still.read_bytes() if still else b"")).hexdigest()[:24]
    path = folder / f"card-{key}.png"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        draw(kicker, title, subtitle, still).save(buffer, "PNG", optimize=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(buffer.getvalue())
        beside.replace(path)
    return path


def draw(kicker: str, title: str, subtitle: str, still: Path | None) -> Image.Image:
    """Set the words on the left, over the whole width without a still, and the still on the right."""
    colours = PALETTE["light"]
    image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), colours["paper"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 14, HEIGHT_PX), fill=colours["accent"])
    right = WIDTH_PX - MARGIN_PX
    if still:
        with Image.open(still) as opened:
            picture = opened.convert("RGBA")
        picture.thumbnail((660, HEIGHT_PX - 2 * MARGIN_PX), Image.Resampling.LANCZOS)
        left = WIDTH_PX - MARGIN_PX // 2 - picture.width
        image.paste(picture, (left, (HEIGHT_PX - picture.height) // 2), picture)
        right = left - MARGIN_PX // 2
    width = right - MARGIN_PX
    blocks = [(kicker, 26, "accent", 16), (title, 64, "ink", 24), (subtitle, 30, "muted", 0)]
    lines = [
        (line, font, colours[colour], gap if last else font.size * 0.25)
        for text, size, colour, gap in blocks
        if text
        for font in [_font(size)]
        for line, last in _wrapped(text, font, width)
    ]
    y = (HEIGHT_PX - sum(font.size + gap for _, font, _, gap in lines)) / 2
    for line, font, colour, gap in lines:
        pen.text((MARGIN_PX, y), line, font=font, fill=colour)
        y += font.size + gap
    return image


def _still(article: "Article", catalogue: Mapping[tuple[str, str, str], "Made"]) -> Path | None:
    """Find the still of the article's picture, or of any figure of its own when the picture is a diagram."""
    mine = [made for made in catalogue.values() if made.article.replace("_", "-") == article.slug]
    stills = {
        (drawn.name != article.picture, drawn.name, made.network): drawn.files["light.webp"]
        for made in mine
        for drawn in made.figures
        if "light.webp" in drawn.files
        and (drawn.name != article.picture or article.picture_network in (None, made.network))
    }
    return stills[min(stills)] if stills else None


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)  # type: ignore[return-value]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[tuple[str, bool]]:
    """Break a text into lines that fit, each with whether it is the last."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return [(line, index == len(lines) - 1) for index, line in enumerate(lines)]
