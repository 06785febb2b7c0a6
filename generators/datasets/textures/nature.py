"""Nature: flowers, water, hides, fire, sky and ground."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.datasets.textures.canvas import EDGE, PI, Canvas, Worley, bump, fract, length, mix, rotate, soft_edge


@dataclass(frozen=True)
class Spot:
    """One of the random points near every pixel, each in a brick of a wall of unit squares; all fields."""

    to_x: Tensor
    """From the pixel to the point."""
    to_y: Tensor
    column: Tensor
    row: Tensor


def spots(c: Canvas, x: Tensor, y: Tensor, lattice: int, jitter: float) -> Iterator[Spot]:
    """Find the four points that can be within 1 − jitter/2 of a pixel; uses ``lattice`` and the next.

    Every second row is shifted by half a square. The order is the same for all pixels, so what is painted at later
    points lies on top everywhere.
    """
    first_row = torch.floor(y - 0.5)
    for row in (first_row, first_row + 1):
        shifted = x - 0.5 * row.remainder(2)
        first_column = torch.floor(shifted - 0.5)
        for column in (first_column, first_column + 1):
            right, down = (jitter * (c.chance(column, row, at) - 0.5) + 0.5 for at in (lattice, lattice + 1))
            yield Spot(column + right - shifted, row + down - y, column, row)


def cells(c: Canvas, x: Tensor, y: Tensor, lattice: int, jitter: float) -> Worley:
    """Canvas.worley in half the time: exact where the distances are below 1 − jitter/2."""
    found = spots(c, x, y, lattice, jitter)
    best = next(found)
    first = best.to_x**2 + best.to_y**2
    second = torch.full_like(x, 4.0)
    for spot in found:
        square = spot.to_x**2 + spot.to_y**2
        nearer = square < first
        second = torch.minimum(second, torch.where(nearer, first, square))
        first = torch.where(nearer, square, first)
        pairs = zip(vars(spot).values(), vars(best).values(), strict=True)
        best = Spot(*(torch.where(nearer, new, old) for new, old in pairs))
    return Worley((first + 1e-4).sqrt(), (second + 1e-4).sqrt(), best.to_x, best.to_y, best.column, best.row)


def sharp(c: Canvas, density: Tensor | float) -> Tensor:
    """The width of a sharp edge in cells, ``density`` of them to half a picture: the same in pixels however near."""
    return EDGE * density / c.factors["zoom"].values[:, None, None]


def petals(c: Canvas) -> Tensor:
    """One flower in a meadow: two rings of petals around a yellow disc, seen from above or aslant."""
    grass = soft_edge(c.fbm(c.x * 4, c.y * 4), 1.2)
    ground = mix(c.colour("shade", (0.05, 0.2, 0.06), 0.5), c.colour("grass", (0.3, 0.52, 0.16), 0.35), grass)
    x, y = c.frame(zoom=(0.55, 1.4), shift=0.35)
    y = y * c.factor("tilt", 1, 1.5, "times flattened")
    radius = length(x, y)
    picture = ground * (0.55 + 0.45 * soft_edge(radius - 0.9, 0.5))[:, None]
    picture = _corolla(c, picture, radius, torch.atan2(y, x))
    seeds = soft_edge(c.noise(x * 14, y * 14, 1) - 0.6 + 3 * radius, 1.2)
    disc = mix(c.colour("pollen", (1.0, 0.8, 0.12)), c.colour("disc", (0.45, 0.25, 0.05), 0.4), seeds)
    size = c.factor("disc size", 0.14, 0.32, "of the flower's radius")
    return c.lit(mix(picture, disc, soft_edge(size - radius, sharp(c, 1))))


def _corolla(c: Canvas, picture: Tensor, radius: Tensor, angle: Tensor) -> Tensor:
    """Paint the petals, first those behind, half a petal further round and darker."""
    around = angle * c.count("petals", 5, 13)
    notch, power = c.factor("notch", 0.3, 0.8, "of the flower's radius"), c.factor("slimness", 0.3, 0.75, "exponent")
    tip, root = c.colour("tip", (0.95, 0.5, 0.75), 0.35, 0.45), c.colour("root", (0.75, 0.3, 0.5), 0.6, 0.4)
    white = c.factor("whiteness", -1, 0.9, "share").clamp(min=0)[:, None]
    fade = (radius * c.factor("fade", 0.7, 1.6, "per radius")).clamp(0, 1)
    tint = mix(root, tip, fade) * (1 - white) + white
    for turn, reach, bright in ((PI, 0.9, 0.72), (0, 0.82, 1.0)):
        across = 0.52 + 0.5 * torch.cos(around + turn)  # 1 along the middle of a petal, 0 between two
        outline = reach * (1 - notch + notch * across**power)
        shading = bright * (0.6 + 0.4 * across.sqrt()) * (0.95 + 0.06 * torch.cos(around * 4))
        picture = mix(picture, tint * shading[:, None], soft_edge(outline - radius, sharp(c, 1)))
    return picture


def water(c: Canvas) -> Tensor:
    """A pool floor under a net of light, or waves that run to a horizon."""
    deep, shallow = c.colour("deep", (0.02, 0.15, 0.32), 0.5), c.colour("shallow", (0.08, 0.6, 0.72), 0.35, 0.12)
    place = c.choice("place", "pool", "sea")
    return c.lit(mix(_pool(c, deep, shallow), _sea(c, deep, shallow), place), 0.2)


def _pool(c: Canvas, deep: Tensor, shallow: Tensor) -> Tensor:
    """Light gathers on the edges of bent cells, over a floor that is tiled in some pictures."""
    x, y = c.frame(zoom=(0.55, 1.4))
    rings = _rings(c)
    bend = c.factor("bend", 0.12, 0.26, "half pictures")
    x, y = x + bend * c.noise(x * 2.2, y * 2.2) + 0.05 * rings, y + bend * c.noise(x * 2.2, y * 2.2, 1)
    density = c.factor("net", 1.7, 2.8, "cells per half picture")
    net = cells(c, x * density, y * density, 2, 0.55)
    ridge = torch.exp((net.nearest - net.second) / (c.factor("blur", 0.06, 0.2, "cells") + 0.5 * sharp(c, density)))
    fold = bump(c.noise(x * density + 0.4 * ridge, y * density, 5), 0.22)
    floor = mix(deep, shallow, (c.factor("brightness", 0.3, 1, "of the shallow colour") + 0.12 * fold).clamp(0, 1))
    joint = torch.minimum(*((fract(at * 2.2) - 0.5).abs() for at in (x, y)))
    tiled = c.factor("tiled", -0.3, 0.4, "darkness of the joints").clamp(min=0)
    floor = floor * (1 - tiled * bump(joint, 0.02 + 0.4 * sharp(c, 2.2)))[:, None]
    glow = (ridge * (0.2 + 0.8 * net.nearest) + 0.25 * fold + 0.2 * net.nearest) * c.factor("light", 0.6, 1, "of white")
    return mix(floor, c.colour("light's colour", (0.92, 1.0, 0.98), 0.08), (glow + 0.45 * rings).clamp(0, 1))


def _rings(c: Canvas) -> Tensor:
    """Waves around a fallen drop, in two pictures of five: a field from −1 to 1."""
    right, below = (c.factor(f"drop {way}", -0.8, 0.8, "half pictures") for way in ("right", "below"))
    radius = length(c.x - right, c.y - below)
    number, start = c.factor("rings", 2.2, 3.8, "per half picture"), c.factor("ring", 0, 1, "waves gone out")
    strength = c.factor("drop", -1.5, 1, "half waves").clamp(min=0)
    return strength * torch.exp(-1.3 * radius) * torch.sin(2 * PI * (radius * number - start))


def _sea(c: Canvas, deep: Tensor, shallow: Tensor) -> Tensor:
    """Waves in perspective, sharp crests over deep troughs, that glitter under the sun."""
    horizon = c.factor("horizon", -1.6, -0.4, "half pictures")
    near = 0.15 + (c.y - horizon).clamp(min=0)
    away = c.factor("waves", 5, 12, "per half picture") * (0.15 - horizon) / near
    wave = _waves(c, c.x * away + 4, away * 2.2, away / near / 15)
    picture = mix(deep, shallow, soft_edge(wave, 1.2) * c.factor("clearness", 0.4, 1, "of the shallow colour"))
    across = c.x - c.factor("sun right", -0.8, 0.8, "half pictures")
    path = bump(across, c.factor("glitter", 0.3, 1.2, "half pictures wide"))
    sun = c.colour("sun", (1.0, 0.96, 0.88), 0.08, 0.12)
    picture = mix(picture, sun, soft_edge(wave - 0.8 + 0.6 * path, 0.4) * (0.35 + 0.65 * path))
    sky = mix(c.colour("sky", (0.5, 0.68, 0.85), 0.4, 0.2), sun, path * 0.5)
    return mix(sky, picture, soft_edge(c.y - horizon))


def _waves(c: Canvas, x: Tensor, y: Tensor, per_pixel: Tensor) -> Tensor:
    """The height of the sea, with the shorter of two waves fading first where many of them share a pixel."""
    swell = c.noise(x * 0.7, y * 0.7) / (1 + per_pixel)
    chop = c.noise(x * 1.7, y * 1.4 + 0.6 * swell, 1) / (1 + 2 * per_pixel)
    return 0.7 + 0.4 * (swell + chop) - _rounded_abs(swell) - 0.5 * _rounded_abs(chop)


def _rounded_abs(x: Tensor) -> Tensor:
    return (x * x + 0.02).sqrt()


def leopard(c: Canvas) -> Tensor:
    """Rosettes, dark broken rings around a tan middle, on yellow fur."""
    x, y = c.frame(zoom=(0.6, 1.5))
    fur = c.noise(x * 7, y * 24, 4)
    density = c.factor("rosettes", 2.4, 3.2, "per half picture")
    x, y = x * density, y * density * c.factor("squeeze", 0.75, 1.15, "times")
    gold, cream = c.colour("gold", (0.88, 0.63, 0.28)), c.colour("cream", (0.96, 0.85, 0.62), 0.1)
    ground = mix(gold, cream, soft_edge(c.noise(x * 0.5, y * 0.5, 2), 1.5))
    middle, ring = _rosettes(c, x, y, sharp(c, density))
    picture = mix(ground, c.colour("tan", (0.68, 0.4, 0.15), 0.25), 0.85 * middle)
    picture = mix(picture, c.colour("black", (0.1, 0.06, 0.04), 0.5, 0.03), ring)
    return c.lit(picture * (1 + 0.07 * fur)[:, None])


def _rosettes(c: Canvas, x: Tensor, y: Tensor, edge: Tensor) -> tuple[Tensor, Tensor]:
    """A rosette in every cell, no two alike: the whole of each, and its ring with the gaps; edges in cells."""
    x, y = x + 0.12 * c.noise(x * 1.2, y * 1.2, 4), y + 0.12 * c.noise(x * 1.2, y * 1.2, 5)
    spot = cells(c, x, y, 0, 0.4)
    own, angle = c.chance(spot.column, spot.row, 2), torch.atan2(spot.to_y, spot.to_x)
    outside = 0.3 + 0.1 * own + 0.04 * torch.sin(2 * angle + 9 * own) + 0.02 * torch.sin(5 * angle + 30 * own)
    depth = outside - spot.nearest
    gaps = torch.sin(3 * angle + 20 * own) + 0.7 * torch.sin(2 * angle + 13 * own)
    ring = soft_edge(depth, edge) * soft_edge(c.factor("thickness", 0.14, 0.22, "cells") - depth, edge)
    return soft_edge(depth, edge), ring * soft_edge(gaps + c.factor("closedness", 0.35, 0.9, "of a ring"), 0.6)


def zebra(c: Canvas) -> Tensor:
    """Black and white stripes that bend, fork and end."""
    x, y = c.frame(zoom=(0.65, 1.5))
    stripes = c.factor("stripes", 1.5, 2.4, "per half picture")
    bent = x + c.factor("bend", 0.1, 0.4, "half pictures") * c.fbm(x * 0.9, y * 0.9, 0, 2)
    wave = torch.sin(2 * PI * (bent * stripes + y * c.factor("lean", -0.15, 0.15, "stripes per half picture")))
    wave = wave + c.factor("blackness", -0.3, 0.3, "of the wave's height") + 0.35 * c.noise(x * 2, y * 2, 3)
    shadow = 0.4 * soft_edge(-0.6 - wave, 0.5) * c.factor("shadow stripes", 0, 1, "of the dun colour")
    white = mix(c.colour("white", (0.95, 0.93, 0.88), 0.08, 0.05), c.colour("dun", (0.75, 0.62, 0.45), 0.2), shadow)
    black = c.colour("black", (0.08, 0.065, 0.06), 0.5, 0.03)
    picture = mix(white, black, soft_edge(wave, sharp(c, 2 * PI * stripes)))
    return c.lit(picture * (1 + 0.06 * c.noise(x * 22, y * 9, 2))[:, None])


def scales(c: Canvas) -> Tensor:
    """Rows of scales, each lapping over the row below it, as on a fish or a snake."""
    x, y = c.frame(zoom=(0.6, 1.6), turn=0.5)
    across = c.factor("scales", 1.8, 2.8, "per half picture")
    x, y, edge = x * across, y * across, sharp(c, across)
    inside, along, own = _lapped(c, x, y, edge)
    shade = (0.15 + 1.3 * along + 0.4 * own).clamp(0, 1)
    picture = mix(c.colour("root", (0.1, 0.28, 0.32), 0.4, 0.2), c.colour("edge", (0.5, 0.78, 0.7), 0.3, 0.3), shade)
    rim = 0.85 * soft_edge(0.02 + 0.4 * edge - inside, edge)
    picture = mix(picture, c.colour("rim", (0.04, 0.1, 0.12), 0.5), rim)
    gloss = c.factor("gloss", 0, 0.6, "of white") * bump(inside - 0.18, 0.09) * soft_edge(along - 0.1, 0.2)
    return c.lit(picture + (gloss * soft_edge(c.noise(x * 0.4, y * 0.4, 3), 1.0))[:, None])


def _lapped(c: Canvas, x: Tensor, y: Tensor, edge: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Three rows from below upwards: depth inside the scale on top, place along it, and a number of its own."""
    lap, point = c.factor("lap", 1.6, 2.2, "rows a scale"), c.factor("point", -0.05, 0.5, "slope of the sides")
    rows = y * lap
    inside = along = own = torch.zeros_like(x)
    for above in (-1, 0, 1):
        row = torch.floor(rows) - above
        shifted = x + 0.5 * row.remainder(2)
        column = torch.floor(shifted)
        dx, dy = shifted - column - 0.5, (rows - row) / lap
        depth = 0.55 - length(dx, dy) - point * (dx.abs() - 0.2)
        over = soft_edge(depth, edge) if above >= 0 else 1
        inside, along = inside + (depth - inside) * over, along + (dy - along) * over
        own = own + (c.chance(column, row) - own) * over
    return inside, along, own


def flames(c: Canvas) -> Tensor:
    """Fire: tongues that are white where hottest, then yellow, orange and red, before a dark ground."""
    zoom = c.factor("zoom", 0.5, 1.3, "times")
    x, y = (at / zoom + c.factor(way, -2, 2, "half pictures") for at, way in ((c.x, "across"), (c.y, "risen")))
    x = x + c.factor("flicker", 0.12, 0.3, "half pictures") * c.noise(x * 1.8, y * 1.2)
    heat = c.y * c.factor("cooling", 0.7, 1.3, "per half picture") + c.factor("level", -0.15, 0.6, "heat half way up")
    heat = heat + 0.6 * c.fbm(x * 2.4, y * 0.8, 1, 3) + 0.2 * c.noise(x * 6, y * 1.8, 4)
    dark, red = c.colour("dark", (0.05, 0.02, 0.03), 0.8, 0.05), c.colour("red", (0.72, 0.1, 0.02))
    picture = mix(dark, red, soft_edge(heat, 0.4))
    picture = mix(picture, c.colour("orange", (1.0, 0.48, 0.04), 0.1), soft_edge(heat - 0.4, 0.4))
    picture = mix(picture, c.colour("yellow", (1.0, 0.93, 0.5), 0.08), soft_edge(heat - 0.9, 0.5))
    return picture * c.factor("exposure", 0.85, 1.15, "times")[:, None]


def clouds(c: Canvas) -> Tensor:
    """White clouds with grey undersides before a blue sky."""
    zoom = c.factor("zoom", 0.6, 1.6, "times")
    x, y = (at / zoom + c.factor(way, -2, 2, "half pictures") for at, way in ((c.x, "across"), (1.5 * c.y, "down")))
    height = _billow(c, x, y)
    clear, blur = (
        c.factor("clearness", -0.4, 0.4, "of a cloud's height"),
        c.factor("softness", 0.15, 0.8, "of the same"),
    )
    zenith, low = c.colour("zenith", (0.12, 0.34, 0.76), 0.3), c.colour("low sky", (0.55, 0.76, 0.95), 0.15)
    sky = mix(zenith, low, soft_edge(c.y, 1.4))
    above = _billow(c, x - c.factor("sun right", -0.3, 0.3, "half pictures"), y - 0.45)
    shadow = 0.85 * soft_edge(above - 0.7 * height + 0.1, 0.9)
    cloud = mix(c.colour("white", (1.0, 1.0, 1.0), 0.05, 0.04), c.colour("grey", (0.58, 0.62, 0.72), 0.2), shadow)
    return c.lit(mix(sky, cloud, soft_edge(height - clear, blur)), 0.15)


def _billow(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """Noise with round tops: a smooth one less the absolute values of finer ones."""
    total = c.noise(x * 1.1, y * 1.1)
    for octave in (1, 2, 3):
        ripple = c.noise(x * 2.1**octave + octave, y * 2.1**octave, octave)
        total = total - (_rounded_abs(ripple) - 0.6) * 0.6**octave
    return total


def leaves(c: Canvas) -> Tensor:
    """Leaves with midribs and side veins, each lying anyhow over the ones before; green in most, red or yellow."""
    x, y = c.frame(zoom=(0.6, 1.7))
    size = c.factor("leaves", 1.4, 2, "per half picture")
    x, y = x * size, y * size
    cover, bright, tint = _strewn(c, x, y, sharp(c, size))
    autumn = soft_edge(c.factor("autumn", -1, 0.3, "of the year after midsummer"), 0.2)
    leaf = mix(c.colour("leaf", (0.16, 0.42, 0.1), 0.3, 0.12), c.colour("red leaf", (0.72, 0.25, 0.06), 0.25), autumn)
    young, yellow = c.colour("young leaf", (0.5, 0.72, 0.2), 0.25, 0.2), c.colour("yellow leaf", (0.92, 0.68, 0.15))
    under = mix(c.colour("ground", (0.04, 0.1, 0.04), 0.5), 0.45 * leaf, soft_edge(c.noise(x * 2, y * 2, 4), 1.0))
    over = mix(leaf, mix(young, yellow, autumn), tint.clamp(0, 1))
    return c.lit(mix(under, over * bright[:, None], cover))


def _strewn(c: Canvas, x: Tensor, y: Tensor, edge: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Paint a leaf on every cell: the ground covered, the brightness on top, and the share of the lighter colour."""
    width, veins = c.factor("width", 0.28, 0.5, "of half a leaf"), c.factor("veins", 2.2, 3.5, "per half leaf")
    cover = bright = tint = torch.zeros_like(x)
    for spot in spots(c, x, y, 0, 0.44):
        own = c.chance(spot.column, spot.row, 2)
        along, aside = rotate(spot.to_x, spot.to_y, own * 2 * PI)
        off = aside.abs()
        inside = width * (1 - (along / 0.78) ** 2) * (1 - 0.4 * along) - off
        veined = 0.5 * torch.exp(-30 * off) + 0.1 * torch.sin((along - off) * (2 * PI * veins))
        lit = (0.5 + 0.5 * soft_edge(inside - 0.05, 0.15)) * (1 + 0.8 * aside)
        over = soft_edge(inside, edge)
        bright = bright + (lit - bright) * over
        tint = tint + (veined + 0.1 + 0.7 * fract(own * 7) - tint) * over
        cover = cover + (1 - cover) * over
    return cover, bright, tint


def gravel(c: Canvas) -> Tensor:
    """Round stones of many colours, lit from one side, over grit in the dark between."""
    x, y = c.frame(zoom=(0.5, 1.5))
    density = c.factor("stones", 2.4, 3.4, "per half picture")
    x, y, edge = x * density, y * density * c.factor("squeeze", 0.8, 1.3, "times"), sharp(c, density)
    cell = cells(c, x, y, 0, 0.7)
    shade, size = c.chance(cell.column, cell.row, 2), c.chance(cell.column, cell.row, 3)
    inside = torch.minimum(0.5 * (cell.second - cell.nearest) - 0.05, 0.32 + 0.24 * size - cell.nearest)
    inside = inside + 0.06 * c.noise(x * 2, y * 2, 5)
    sun = c.factor("sun", -PI, PI, "radians")
    facing = cell.to_x * torch.cos(sun) + cell.to_y * torch.sin(sun)
    dome = (0.7 + 0.45 * soft_edge(inside - 0.1, 0.3) + 0.8 * facing) * (1 + 0.1 * c.noise(x * 7, y * 7, 5))
    stones = _stones(c, shade, fract(size * 5)) * dome[:, None]
    grit = soft_edge(c.noise(x * 3.5, y * 3.5, 4) - 0.2, 0.7)
    ground = mix(c.colour("gap", (0.13, 0.12, 0.11), 0.5), c.colour("grit", (0.5, 0.46, 0.41), 0.5), grit)
    ground = ground * soft_edge(0.3 * facing - 0.07 - inside, 0.3)[:, None]  # in the shadow of the stones
    return c.lit(mix(ground, stones, soft_edge(inside, edge)))


def _stones(c: Canvas, shade: Tensor, kind: Tensor) -> Tensor:
    """Colour stones from dark to pale by their shade, and some of them brown by their kind."""
    stone = mix(c.colour("dark stone", (0.36, 0.35, 0.34), 0.4), c.colour("pale stone", (0.85, 0.82, 0.77), 0.2), shade)
    brown = c.factor("brown stones", 0.1, 0.6, "share of the stones")
    return mix(stone, c.colour("brown stone", (0.6, 0.42, 0.3), 0.25), 0.8 * soft_edge(kind - 1 + brown, 0.2))


RECIPES = (petals, water, leopard, zebra, scales, flames, clouds, leaves, gravel)
