"""Nature: flowers, water, hides, fire, sky and ground."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.datasets.textures.canvas import EDGE, PI, Canvas, bump, fract, length, mix, rotate, soft_edge


@dataclass(frozen=True)
class Spot:
    """One of the random points near every pixel, each in a brick of a wall of unit squares; all fields."""

    x: Tensor
    """From the point to the pixel."""
    y: Tensor
    column: Tensor
    row: Tensor


def spots(c: Canvas, x: Tensor, y: Tensor, lattice: int, jitter: float) -> Iterator[Spot]:
    """Find the four points that can be within 1 − jitter/2 of a pixel; uses ``lattice`` and the next.

    Every second row is shifted by half a square, and the order is the same for all pixels, so what is painted at
    the later points lies on top everywhere.
    """
    first_row = torch.floor(y - 0.5)
    for row in (first_row, first_row + 1):
        shifted = x - 0.5 * row.remainder(2)
        first_column = torch.floor(shifted - 0.5)
        for column in (first_column, first_column + 1):
            right, down = (jitter * (c.chance(column, row, at) - 0.5) + 0.5 for at in (lattice, lattice + 1))
            yield Spot(shifted - column - right, y - row - down, column, row)


def nearest(found: Iterator[Spot]) -> Spot:
    """Keep the point nearest to each pixel."""
    best = next(found)
    for spot in found:
        nearer = spot.x**2 + spot.y**2 < best.x**2 + best.y**2
        pairs = ((spot.x, best.x), (spot.y, best.y), (spot.column, best.column), (spot.row, best.row))
        best = Spot(*(torch.where(nearer, new, old) for new, old in pairs))
    return best


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
    deep, shallow = c.colour("deep", (0.02, 0.16, 0.34), 0.4), c.colour("shallow", (0.08, 0.62, 0.72), 0.3, 0.1)
    light = c.colour("light", (0.92, 1.0, 0.98), 0.08)
    pool = _pool(c, deep, shallow, light)
    return c.lit(mix(pool, _sea(c, deep, shallow, light), c.choice("place", "pool", "sea")), 0.2)


def _pool(c: Canvas, deep: Tensor, shallow: Tensor, light: Tensor) -> Tensor:
    """Caustics, the edges of warped cells, over a floor that is tiled in some."""
    x, y = c.frame(zoom=(0.7, 1.6))
    bend = c.factor("bend", 0.08, 0.2, "half pictures")
    x, y = x + bend * c.noise(x * 2.5, y * 2.5), y + bend * c.noise(x * 2.5, y * 2.5, 1)
    cells = c.factor("cells", 2, 3.4, "per half picture")
    net = c.worley(x * cells, y * cells, 2, 0.9)
    ridge = torch.exp((net.nearest - net.second) * c.factor("sharpness", 5, 11, "per cell"))
    glow = ridge * (0.35 + 0.75 * net.nearest) + 0.25 * net.nearest
    floor = mix(deep, shallow, (c.factor("brightness", 0.45, 1.0) + 0.1 * c.fbm(x, y, 4, 2)).clamp(0, 1))
    joint = torch.minimum(*((fract(at * 2.2) - 0.5).abs() for at in (x, y)))
    floor = floor * (1 - c.factor("joints", -0.3, 0.4).clamp(min=0) * bump(joint, 0.06))[:, None]
    return mix(floor, light, (glow * c.factor("sun", 0.6, 1.0)).clamp(0, 1))


def _sea(c: Canvas, deep: Tensor, shallow: Tensor, light: Tensor) -> Tensor:
    """Ripples in perspective, light on the side that faces the sky, with glitter under the sun."""
    below = c.y - c.factor("horizon", -1.6, -0.5, "half pictures")
    nearness = 0.12 + below.clamp(min=0)
    away = c.factor("height", 1.2, 2.6) / nearness
    x, y = c.x * away * 1.2, away * 3
    swell = c.noise(x * 0.5 + 3, y * 0.5) + 0.6 * c.noise(x * 1.1, y * 1.1, 1)
    calm = (1.4 * nearness).clamp(max=1)
    wave = soft_edge(swell + 0.4, 1.4)
    picture = mix(deep, shallow, (0.15 + 0.75 * wave * c.factor("clearness", 0.3, 1)) * calm)
    path = bump(c.x - c.factor("sun at", -0.8, 0.8, "half pictures"), c.factor("sun width", 0.25, 1.2))
    glints = soft_edge(swell - 0.9 + 0.5 * path, 0.4) * (0.3 + 0.7 * path)
    picture = mix(picture, light, glints)
    sky = mix(c.colour("sky", (0.45, 0.65, 0.85), 0.4, 0.2), light, path * 0.5)
    return mix(sky, picture, soft_edge(below))


def leopard(c: Canvas) -> Tensor:
    """Rosettes, dark broken rings around a tan middle, and small spots on yellow fur."""
    x, y = c.frame(zoom=(0.65, 1.6))
    fur = c.noise(x * 6, y * 22, 4)
    density = c.factor("rosettes", 2.2, 3.2, "per half picture")
    bend_x, bend_y = 0.2 * c.noise(x * 4, y * 4, 4), 0.2 * c.noise(x * 4, y * 4, 5)
    x, y = x * density + bend_x, y * density * c.factor("stretch", 0.7, 1.1, "times") + bend_y
    spot = nearest(spots(c, x, y, 0, 0.6))
    kind = c.chance(spot.column, spot.row, 2)
    radius, around = length(spot.x, spot.y), torch.atan2(spot.y, spot.x)
    outer = 0.29 + 0.09 * kind + 0.05 * torch.sin(2 * around + 9 * kind)
    ring = soft_edge(outer - radius, 0.1) * soft_edge(radius - outer + c.factor("thickness", 0.13, 0.2, "cells"), 0.1)
    broken = soft_edge(torch.sin(3 * around + 20 * kind) + c.factor("closedness", 0.4, 0.9), 0.7)
    dark = ring * broken
    ground = mix(c.colour("gold", (0.88, 0.63, 0.28)), c.colour("cream", (0.96, 0.85, 0.62), 0.1), soft_edge(c.fbm(x * 0.5, y * 0.5, 2, 2), 1.5))
    picture = mix(ground, c.colour("tan", (0.68, 0.4, 0.15), 0.25), 0.85 * soft_edge(outer - radius, 0.1))
    picture = mix(picture, c.colour("black", (0.1, 0.06, 0.04), 0.5, 0.03), dark)
    return c.lit(picture * (1 + 0.07 * fur)[:, None])


def zebra(c: Canvas) -> Tensor:
    """Black and white stripes that bend, fork and end."""
    x, y = c.frame(zoom=(0.6, 1.6))
    stripes = c.factor("stripes", 1.8, 3.4, "per half picture")
    warped = x + c.factor("bend", 0.1, 0.5, "half pictures") * c.fbm(x * 0.9 + 3, y * 0.9, 0, 2)
    wave = torch.sin((warped * stripes + 0.25 * y * c.factor("fan", -1, 1)) * 2 * PI / 1.7)
    wave = wave + c.factor("blackness", -0.3, 0.3) + 0.4 * c.noise(x * 2, y * 2, 3)
    white = mix(c.colour("white", (0.95, 0.93, 0.88), 0.08, 0.05), c.colour("dun", (0.75, 0.62, 0.45), 0.2), 0.4 * soft_edge(-0.6 - wave, 0.5) * c.factor("shadow stripes", 0, 1))
    picture = mix(white, c.colour("black", (0.08, 0.065, 0.06), 0.5, 0.03), soft_edge(wave, 0.4))
    return c.lit(picture * (1 + 0.06 * c.noise(x * 22, y * 9, 2))[:, None])


def scales(c: Canvas) -> Tensor:
    """Rows of scales, each lapping over the row behind it, as on a fish or a snake."""
    x, y = c.frame(zoom=(0.6, 1.6), turn=0.9)
    across = c.factor("scales", 1.8, 3, "per half picture")
    x, y = x * across, y * across * c.factor("lap", 1.4, 2, "rows a scale")
    point = c.factor("point", -0.12, 0.35)
    front = torch.floor(y)
    depth, tint = torch.zeros_like(x), torch.full_like(x, 0.5)
    for behind in (1, 0, -1):
        row = front - behind
        shifted = x + 0.5 * row.remainder(2)
        column = torch.floor(shifted)
        dx, dy = shifted - column - 0.5, (y - row) / 1.7
        inside = 0.62 - length(dx, dy) - point * (dx.abs() - 0.25)
        over = soft_edge(inside, 0.06)
        depth, tint = depth + (inside - depth) * over, tint + (c.chance(column, row) - tint) * over
    shade = (0.9 - 1.5 * depth + 0.5 * (tint - 0.5)).clamp(0, 1)
    picture = mix(c.colour("root", (0.14, 0.34, 0.38), 0.4, 0.3), c.colour("edge", (0.5, 0.75, 0.7), 0.3, 0.3), shade)
    rim = soft_edge(0.07 - depth, 0.07)
    picture = mix(picture, c.colour("rim", (0.05, 0.12, 0.14), 0.5), 0.85 * rim)
    gloss = c.factor("gloss", 0, 0.5) * bump(depth - 0.2, 0.08) * soft_edge(c.noise(x * 0.6, y * 0.6, 3), 1.0)
    return c.lit(picture + gloss[:, None])


def flames(c: Canvas) -> Tensor:
    """Fire: tongues that are white where hottest, then yellow, orange and red, before a dark ground."""
    zoom = c.factor("zoom", 0.7, 1.7, "times")
    x, y = c.x / zoom + c.factor("across", 0, 9, "half pictures"), c.y / zoom
    rise = y + c.factor("moment", 0, 9)
    x = x + c.factor("flicker", 0.2, 0.45) * c.noise(x * 1.8, rise * 1.2)
    heat = c.y * c.factor("cooling", 0.6, 1.2, "per half picture") + c.factor("level", -0.1, 0.75)
    heat = heat + 0.6 * c.fbm(x * 2.4, rise * 0.9, 1, 3) + 0.2 * c.noise(x * 5, rise * 1.6, 4)
    picture = mix(c.colour("dark", (0.05, 0.02, 0.03), 0.8, 0.05), c.colour("red", (0.72, 0.1, 0.02)), soft_edge(heat, 0.4))
    picture = mix(picture, c.colour("orange", (1.0, 0.48, 0.04), 0.1), soft_edge(heat - 0.4, 0.4))
    picture = mix(picture, c.colour("yellow", (1.0, 0.93, 0.5), 0.08), soft_edge(heat - 0.9, 0.5))
    return picture * c.factor("exposure", 0.85, 1.15, "times")[:, None]


def clouds(c: Canvas) -> Tensor:
    """White clouds with grey undersides before a blue sky."""
    zoom = c.factor("zoom", 0.5, 1.3, "times")
    x, y = c.x / zoom + c.factor("across", 0, 9), c.y / zoom * 1.4 + c.factor("down", 0, 9)
    puff = _billow(c, x, y)
    cover = soft_edge(puff - c.factor("clearness", -0.3, 0.7), c.factor("softness", 0.3, 0.9))
    sky = mix(c.colour("zenith", (0.16, 0.38, 0.78), 0.25), c.colour("low sky", (0.6, 0.78, 0.95), 0.15), soft_edge(c.y, 1.4))
    side = c.factor("sun", -0.3, 0.3)
    shadow = soft_edge(_billow(c, x - side, y - 0.35) - 0.5 * puff - 0.1, 1.2)
    cloud = mix(c.colour("white", (1.0, 1.0, 1.0), 0.05, 0.04), c.colour("grey", (0.62, 0.66, 0.74), 0.2), 0.8 * shadow)
    return c.lit(mix(sky, cloud, cover), 0.15)


def _billow(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """Noise with round tops: a smooth one plus the absolute values of finer ones."""
    total = c.noise(x, y)
    for octave, lattice in ((1, 1), (2, 2), (3, 3)):
        ripple = c.noise(x * 2**octave + octave, y * 2**octave, lattice)
        total = total + ((ripple**2 + 0.02).sqrt() - 0.6) * 0.55**octave
    return total


def leaves(c: Canvas) -> Tensor:
    """Leaves with midribs and side veins, each lying anyhow over the ones before."""
    x, y = c.frame(zoom=(0.6, 1.7))
    size = c.factor("leaves", 1.4, 2, "per half picture")
    x, y = x * size, y * size
    width, veins = c.factor("width", 0.3, 0.46, "of half a leaf"), c.factor("veins", 14, 22)
    cover = torch.zeros_like(x)
    bright, tint = cover, cover
    for spot in spots(c, x, y, 0, 0.44):
        own = c.chance(spot.column, spot.row, 2)
        along, aside = rotate(spot.x, spot.y, own * 2 * PI)
        edge = width * (1 - (along / 0.78) ** 2) * (1 - 0.4 * along) - aside.abs()
        over = soft_edge(edge, 0.06)
        rib = torch.exp(-30 * aside.abs()) + 0.2 + 0.2 * torch.sin(along * veins - aside.abs() * veins)
        lit = (0.5 + 0.5 * soft_edge(edge - 0.05, 0.15)) * (1 + 0.8 * aside)
        bright, tint = bright + (lit - bright) * over, tint + (0.5 * rib + 0.7 * fract(own * 7) - tint) * over
        cover = cover + (1 - cover) * over
    leaf = mix(c.colour("leaf", (0.16, 0.42, 0.1), 0.3, 0.12), c.colour("young leaf", (0.5, 0.72, 0.2), 0.25, 0.2), tint.clamp(0, 1))
    return c.lit(mix(c.colour("ground", (0.05, 0.13, 0.05), 0.5), leaf * bright[:, None], cover))


def gravel(c: Canvas) -> Tensor:
    """Round stones of many colours, lit from one side, with dark gaps between."""
    x, y = c.frame(zoom=(0.6, 1.6))
    stones = c.factor("stones", 2.4, 3.6, "per half picture")
    x, y = x * stones, y * stones
    cell = c.worley(x, y, 0, 0.85)
    grey, brown = c.chance(cell.column, cell.row, 2), c.chance(cell.column, cell.row, 3)
    gap = cell.second - cell.nearest
    sun = c.factor("sun", -PI, PI, "radians")
    facing = cell.to_x * torch.cos(sun) + cell.to_y * torch.sin(sun)
    stone = mix(c.colour("dark stone", (0.36, 0.35, 0.34), 0.3), c.colour("pale stone", (0.82, 0.79, 0.74), 0.15), grey)
    stone = mix(stone, c.colour("brown stone", (0.6, 0.42, 0.3), 0.25), 0.8 * soft_edge(brown - 0.6, 0.3))
    dome = (0.7 + 0.3 * soft_edge(gap - 0.3, 0.5) + 0.7 * facing) * (1 + 0.1 * c.noise(x * 7, y * 7, 5))
    return c.lit(mix(c.colour("gap", (0.1, 0.09, 0.08), 0.4), stone * dome[:, None], soft_edge(gap - 0.12, 0.14)))


RECIPES = (petals, water, leopard, zebra, scales, flames, clouds, leaves, gravel)
