"""Nature: flowers, water, hides, fire, sky and ground."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.datasets.textures.canvas import PI, Canvas, Worley, bump, fract, length, mix, rotate, soft_edge


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


def petals(c: Canvas) -> Tensor:
    """One flower in a meadow: two rings of petals around a yellow disc, seen from above or aslant."""
    grass = soft_edge(c.fbm(c.x * 4, c.y * 4), 1.2)
    ground = mix(c.colour("shade", (0.05, 0.2, 0.06), 0.5), c.colour("grass", (0.3, 0.52, 0.16), 0.35), grass)
    x, y = c.frame(zoom=(0.55, 1.4), shift=0.35)
    y = y * c.factor("tilt", 1, 1.5, "times flattened")
    radius, around = length(x, y), torch.atan2(y, x) * c.count("petals", 5, 13)
    slim, notch = c.factor("slimness", 0.3, 0.75), c.factor("depth", 0.3, 0.8, "share of the radius")
    tip, root = c.colour("tip", (0.95, 0.5, 0.75), 0.35, 0.45), c.colour("root", (0.75, 0.3, 0.5), 0.6, 0.4)
    tint = mix(root, tip, (radius * c.factor("fade", 0.7, 1.6, "per radius")).clamp(0, 1))
    picture = ground * (0.55 + 0.45 * soft_edge(radius - 0.9, 0.5))[:, None]
    for turn, reach, bright in ((PI, 0.9, 0.72), (0, 0.82, 1.0)):
        across = 0.5 + 0.5 * torch.cos(around + turn)  # 1 along the middle of a petal, 0 between two
        outline = reach * (1 - notch + notch * (across + 0.02) ** slim)
        shading = bright * (0.6 + 0.4 * (across + 0.02) ** 0.5) * (0.95 + 0.06 * torch.cos(around * 4))
        picture = mix(picture, tint * shading[:, None], soft_edge(outline - radius))
    seeds = soft_edge(c.noise(x * 14, y * 14, 1) - 0.6 + 3 * radius, 1.2)
    disc = mix(c.colour("pollen", (1.0, 0.8, 0.12)), c.colour("disc", (0.45, 0.25, 0.05), 0.4), seeds)
    return c.lit(mix(picture, disc, soft_edge(c.factor("disc size", 0.14, 0.32, "share of the radius") - radius)))


def water(c: Canvas) -> Tensor:
    """A pool floor under a net of light, or waves that run to a horizon."""
    deep, shallow = c.colour("deep", (0.02, 0.15, 0.32), 0.5), c.colour("shallow", (0.08, 0.6, 0.72), 0.35, 0.12)
    place = c.choice("place", "pool", "sea")
    return c.lit(mix(_pool(c, deep, shallow), _sea(c, deep, shallow), place), 0.2)


def _pool(c: Canvas, deep: Tensor, shallow: Tensor) -> Tensor:
    """Caustics, the edges of warped cells, over a floor that is tiled in some; rings around a drop in others."""
    x, y = c.frame(zoom=(0.55, 1.4))
    radius = length(c.x - c.factor("drop right", -0.8, 0.8, "half pictures"), c.y - c.factor("drop below", -0.8, 0.8, "half pictures"))
    rings = torch.sin(radius * c.factor("rings", 14, 24, "radians per half picture") - c.factor("ring phase", 0, 6, "radians"))
    rings = rings * torch.exp(-1.3 * radius) * c.factor("drop", -1.5, 1, "strength").clamp(min=0)
    bend = c.factor("bend", 0.12, 0.26, "half pictures")
    x, y = x + bend * c.noise(x * 2.2, y * 2.2) + 0.05 * rings, y + bend * c.noise(x * 2.2, y * 2.2, 1)
    density = c.factor("net", 1.7, 2.8, "cells per half picture")
    net = cells(c, x * density, y * density, 2, 0.55)
    ridge = torch.exp((net.nearest - net.second) * c.factor("sharpness", 3.5, 8, "per cell"))
    fold = bump(c.noise(x * density + 0.4 * ridge, y * density, 5), 0.22)
    glow = ridge * (0.2 + 0.8 * net.nearest) + 0.25 * fold + 0.2 * net.nearest
    floor = mix(deep, shallow, (c.factor("brightness", 0.3, 1.0) + 0.12 * fold).clamp(0, 1))
    joint = torch.minimum(*((fract(at * 2.2) - 0.5).abs() for at in (x, y)))
    floor = floor * (1 - c.factor("joints", -0.3, 0.4).clamp(min=0) * bump(joint, 0.06))[:, None]
    glow = (glow * c.factor("light", 0.6, 1.0) + 0.45 * rings).clamp(0, 1)
    return mix(floor, c.colour("net colour", (0.92, 1.0, 0.98), 0.08), glow)


def _sea(c: Canvas, deep: Tensor, shallow: Tensor) -> Tensor:
    """Waves in perspective: sharp crests, troughs that show the deep, and glitter under the sun."""
    below = c.y - (horizon := c.factor("horizon", -1.6, -0.4, "half pictures"))
    near = 0.15 + below.clamp(min=0)
    away = c.factor("waves", 5, 12, "per half picture") * (0.15 - horizon) / near
    x, y = c.x * away + 4, away * 2.2
    fine = away / near / 15  # waves per pixel: too fine ones fade out
    height = c.noise(x * 0.7, y * 0.7) / (1 + fine)
    chop = c.noise(x * 1.7, y * 1.4 + 0.6 * height, 1) / (1 + 2 * fine)
    wave = 0.7 - ((height**2 + 0.02).sqrt() + 0.5 * (chop**2 + 0.02).sqrt()) + 0.4 * (height + chop)
    picture = mix(deep, shallow, soft_edge(wave, 1.2) * c.factor("clearness", 0.4, 1))
    path = bump(c.x - c.factor("sun at", -0.8, 0.8, "half pictures"), c.factor("sun width", 0.3, 1.2, "half pictures"))
    sun = c.colour("sun", (1.0, 0.96, 0.88), 0.08, 0.12)
    picture = mix(picture, sun, soft_edge(wave - 0.8 + 0.6 * path, 0.4) * (0.35 + 0.65 * path))
    sky = mix(c.colour("sky", (0.5, 0.68, 0.85), 0.4, 0.2), sun, path * 0.5)
    return mix(sky, picture, soft_edge(below))


def leopard(c: Canvas) -> Tensor:
    """Rosettes, dark broken rings around a tan middle, on yellow fur."""
    x, y = c.frame(zoom=(0.6, 1.5))
    fur = c.noise(x * 7, y * 24, 4)
    density = c.factor("rosettes", 2.4, 3.2, "per half picture")
    x, y = x * density, y * density * c.factor("stretch", 0.75, 1.15, "times")
    ground = mix(
        c.colour("gold", (0.88, 0.63, 0.28)),
        c.colour("cream", (0.96, 0.85, 0.62), 0.1),
        soft_edge(c.noise(x * 0.5, y * 0.5, 2), 1.5),
    )
    x, y = x + 0.12 * c.noise(x * 1.2, y * 1.2, 4), y + 0.12 * c.noise(x * 1.2, y * 1.2, 5)
    spot = cells(c, x, y, 0, 0.4)
    kind = c.chance(spot.column, spot.row, 2)
    radius, around = spot.nearest, torch.atan2(spot.to_y, spot.to_x)
    outer = 0.3 + 0.1 * kind + 0.04 * torch.sin(2 * around + 9 * kind) + 0.02 * torch.sin(5 * around + 30 * kind)
    ring = soft_edge(outer - radius, 0.1) * soft_edge(radius - outer + c.factor("thickness", 0.14, 0.22, "cells"), 0.1)
    broken = soft_edge(torch.sin(3 * around + 20 * kind) + 0.7 * torch.sin(2 * around + 13 * kind) + c.factor("closedness", 0.35, 0.9), 0.6)
    picture = mix(ground, c.colour("tan", (0.68, 0.4, 0.15), 0.25), 0.85 * soft_edge(outer - radius, 0.1))
    picture = mix(picture, c.colour("black", (0.1, 0.06, 0.04), 0.5, 0.03), ring * broken)
    return c.lit(picture * (1 + 0.07 * fur)[:, None])


def zebra(c: Canvas) -> Tensor:
    """Black and white stripes that bend, fork and end."""
    x, y = c.frame(zoom=(0.65, 1.5))
    stripes = c.factor("stripes", 2.6, 4, "per half picture")
    warped = x + c.factor("bend", 0.1, 0.4, "half pictures") * c.fbm(x * 0.9, y * 0.9, 0, 2)
    wave = torch.sin((warped * stripes + 0.25 * y * c.factor("fan", -1, 1)) * 2 * PI / 1.7)
    wave = wave + c.factor("blackness", -0.3, 0.3) + 0.35 * c.noise(x * 2, y * 2, 3)
    white = mix(
        c.colour("white", (0.95, 0.93, 0.88), 0.08, 0.05),
        c.colour("dun", (0.75, 0.62, 0.45), 0.2),
        0.4 * soft_edge(-0.6 - wave, 0.5) * c.factor("shadow stripes", 0, 1),
    )
    picture = mix(white, c.colour("black", (0.08, 0.065, 0.06), 0.5, 0.03), soft_edge(wave, 0.4))
    return c.lit(picture * (1 + 0.06 * c.noise(x * 22, y * 9, 2))[:, None])


def scales(c: Canvas) -> Tensor:
    """Rows of scales, each lapping over the row below it, as on a fish or a snake."""
    x, y = c.frame(zoom=(0.6, 1.6), turn=0.6)
    across, lap = c.factor("scales", 1.8, 2.8, "per half picture"), c.factor("lap", 1.7, 2.6, "rows a scale")
    x, y = x * across, y * across * lap
    point = c.factor("point", -0.05, 0.5)
    inside, along, tint = torch.zeros_like(x), torch.zeros_like(x), torch.zeros_like(x)
    for above in (-1, 0, 1):
        row = torch.floor(y) - above
        shifted = x + 0.5 * row.remainder(2)
        column = torch.floor(shifted)
        dx, dy = shifted - column - 0.5, (y - row) / lap
        own = 0.55 - length(dx, dy) - point * (dx.abs() - 0.2)
        over = soft_edge(own, 0.05) if above >= 0 else 1
        inside, along = inside + (own - inside) * over, along + (dy - along) * over
        tint = tint + (c.chance(column, row) - tint) * over
    shade = (0.35 + 1.3 * along + 0.4 * (tint - 0.5)).clamp(0, 1)
    picture = mix(c.colour("root", (0.1, 0.28, 0.32), 0.4, 0.2), c.colour("edge", (0.5, 0.78, 0.7), 0.3, 0.3), shade)
    picture = mix(picture, c.colour("rim", (0.04, 0.1, 0.12), 0.5), 0.85 * soft_edge(0.05 - inside, 0.07))
    gloss = c.factor("gloss", 0, 0.6) * bump(inside - 0.18, 0.09) * soft_edge(along - 0.1, 0.2)
    return c.lit(picture + (gloss * soft_edge(c.noise(x * 0.4, y * 0.2, 3), 1.0))[:, None])


def flames(c: Canvas) -> Tensor:
    """Fire: tongues that are white where hottest, then yellow, orange and red, before a dark ground."""
    zoom = c.factor("zoom", 0.5, 1.3, "times")
    x, y = c.x / zoom + c.factor("across", -2, 2, "half pictures"), c.y / zoom + c.factor("moment", -2, 2, "half pictures")
    x = x + c.factor("flicker", 0.15, 0.4, "half pictures") * c.noise(x * 1.8, y * 1.2)
    heat = c.y * c.factor("cooling", 0.7, 1.3, "per half picture") + c.factor("level", -0.15, 0.6)
    heat = heat + 0.6 * c.fbm(x * 2.4, y * 0.8, 1, 3) + 0.2 * c.noise(x * 6, y * 1.8, 4)
    picture = mix(c.colour("dark", (0.05, 0.02, 0.03), 0.8, 0.05), c.colour("red", (0.72, 0.1, 0.02)), soft_edge(heat, 0.4))
    picture = mix(picture, c.colour("orange", (1.0, 0.48, 0.04), 0.1), soft_edge(heat - 0.4, 0.4))
    picture = mix(picture, c.colour("yellow", (1.0, 0.93, 0.5), 0.08), soft_edge(heat - 0.9, 0.5))
    return picture * c.factor("exposure", 0.85, 1.15, "times")[:, None]


def clouds(c: Canvas) -> Tensor:
    """White clouds with grey undersides before a blue sky."""
    zoom = c.factor("zoom", 0.6, 1.6, "times")
    x, y = c.x / zoom + c.factor("across", -2, 2, "half pictures"), c.y / zoom * 1.5 + c.factor("down", -2, 2, "half pictures")
    puff = _billow(c, x, y)
    edge = c.factor("softness", 0.15, 0.8)
    cover = soft_edge(puff - c.factor("clearness", -0.3, 0.5), edge)
    sky = mix(c.colour("zenith", (0.12, 0.34, 0.76), 0.3), c.colour("low sky", (0.55, 0.76, 0.95), 0.15), soft_edge(c.y, 1.4))
    shadow = soft_edge(_billow(c, x - c.factor("sun", -0.3, 0.3), y - 0.45) - 0.7 * puff + 0.1, 0.9)
    cloud = mix(c.colour("white", (1.0, 1.0, 1.0), 0.05, 0.04), c.colour("grey", (0.58, 0.62, 0.72), 0.2), 0.85 * shadow)
    return c.lit(mix(sky, cloud, cover), 0.15)


def _billow(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """Noise with round tops: a smooth one less the absolute values of finer ones."""
    total = c.noise(x * 1.1, y * 1.1)
    for octave in (1, 2, 3):
        ripple = c.noise(x * 2.1**octave + octave, y * 2.1**octave, octave)
        total = total - ((ripple**2 + 0.02).sqrt() - 0.6) * 0.6**octave
    return total


def leaves(c: Canvas) -> Tensor:
    """Leaves with midribs and side veins, each lying anyhow over the ones before; red and yellow in a few pictures."""
    x, y = c.frame(zoom=(0.6, 1.7))
    size = c.factor("leaves", 1.4, 2, "per half picture")
    x, y = x * size, y * size
    width, veins = c.factor("width", 0.28, 0.5, "of half a leaf"), c.factor("veins", 14, 22)
    cover = torch.zeros_like(x)
    bright, tint = cover, cover
    for spot in spots(c, x, y, 0, 0.44):
        own = c.chance(spot.column, spot.row, 2)
        along, aside = rotate(spot.to_x, spot.to_y, own * 2 * PI)
        edge = width * (1 - (along / 0.78) ** 2) * (1 - 0.4 * along) - aside.abs()
        over = soft_edge(edge, 0.06)
        rib = torch.exp(-30 * aside.abs()) + 0.2 + 0.2 * torch.sin(along * veins - aside.abs() * veins)
        lit = (0.5 + 0.5 * soft_edge(edge - 0.05, 0.15)) * (1 + 0.8 * aside)
        bright, tint = bright + (lit - bright) * over, tint + (0.5 * rib + 0.7 * fract(own * 7) - tint) * over
        cover = cover + (1 - cover) * over
    autumn = soft_edge(c.factor("autumn", -1, 0.3), 0.2)
    leaf = mix(c.colour("leaf", (0.16, 0.42, 0.1), 0.3, 0.12), c.colour("red leaf", (0.72, 0.25, 0.06), 0.25), autumn)
    young = mix(c.colour("young leaf", (0.5, 0.72, 0.2), 0.25, 0.2), c.colour("yellow leaf", (0.92, 0.68, 0.15), 0.15), autumn)
    ground = c.noise(x * 2, y * 2, 4)
    ground = mix(c.colour("ground", (0.04, 0.1, 0.04), 0.5), 0.45 * leaf, soft_edge(ground, 1.0))
    return c.lit(mix(ground, mix(leaf, young, tint.clamp(0, 1)) * bright[:, None], cover))


def gravel(c: Canvas) -> Tensor:
    """Round stones of many colours, lit from one side, over smaller ones in the dark between."""
    x, y = c.frame(zoom=(0.55, 1.4))
    stones = c.factor("stones", 2.4, 3.6, "per half picture")
    x, y = x * stones, y * stones
    cell = cells(c, x, y, 0, 0.65)
    grey, brown = c.chance(cell.column, cell.row, 2), c.chance(cell.column, cell.row, 3)
    bend = 0.05 * c.noise(x * 2, y * 2, 5)
    inside = torch.minimum((cell.second - cell.nearest) * 0.7 - 0.06, 0.34 + 0.2 * grey - cell.nearest) + bend
    sun = c.factor("sun", -PI, PI, "radians")
    facing = cell.to_x * torch.cos(sun) + cell.to_y * torch.sin(sun)
    stone = mix(
        c.colour("dark stone", (0.36, 0.35, 0.34), 0.3),
        c.colour("pale stone", (0.82, 0.79, 0.74), 0.15),
        fract(grey * 5),
    )
    stone = mix(stone, c.colour("brown stone", (0.6, 0.42, 0.3), 0.25), 0.8 * soft_edge(brown - 0.6, 0.3))
    dome = (0.6 + 0.4 * soft_edge(inside - 0.1, 0.3) + 0.8 * facing) * (1 + 0.1 * c.noise(x * 7, y * 7, 5))
    small = c.noise(x * 3.5, y * 3.5, 4)
    between = mix(
        c.colour("gap", (0.1, 0.09, 0.08), 0.4), c.colour("grit", (0.42, 0.38, 0.34), 0.3), soft_edge(small - 0.2, 0.7)
    )
    between = between * soft_edge(-inside - 0.12 + 0.3 * facing, 0.3)[:, None]
    return c.lit(mix(between, stone * dome[:, None], soft_edge(inside, 0.08)))


RECIPES = (petals, water, leopard, zebra, scales, flames, clouds, leaves, gravel)
