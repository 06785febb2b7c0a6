"""Things: single objects before a ground, and points of light; the last five echo neurons of the activation atlas."""

import torch
from torch import Tensor

from generators.datasets.textures.canvas import PI, Canvas, bump, fract, length, mix, rotate, soft_edge


def stars(c: Canvas) -> Tensor:
    """A night sky: stars of three sizes, the brightest with a cross of light, before a nebula and a milky way."""
    x, y = c.frame(zoom=(0.7, 1.5))
    cloud = c.fbm(x * 1.2 + 3, y * 1.2 + 3, 4)
    nebula = soft_edge(cloud - c.factor("nebula threshold", 0.2, 1.4, "of noise"), 1.4)
    sky = mix(c.colour("night", (0.02, 0.02, 0.07), 0.5, 0.02), c.colour("nebula", (0.27, 0.12, 0.4), 0.5, 0.2), nebula)
    band = bump(y + c.factor("milky way", -1.5, 1.5, "half pictures from the middle") + 0.25 * cloud, 0.4)
    sky = sky + (band * c.factor("milky way brightness", 0, 0.3, "share of white"))[:, None]
    density = c.factor("density", 0.8, 1.25, "times")
    light, warm = torch.zeros_like(x), c.colour("warm stars", (1.0, 0.85, 0.65))
    for lattice, cells, width in ((0, 1.5, 0.055), (2, 3.0, 0.07), (1, 6.5, 0.12)):
        dx, dy, size = _scattered(c, x * cells * density, y * cells * density, lattice, (0.36, 0.36))
        light = light + size * (_glow(dx, dy, width * (0.6 + size)) + (_cross(dx, dy) * size**2 if cells < 2 else 0))
    return mix(
        sky, mix(c.colour("cold stars", (0.85, 0.92, 1.0)), warm, c.noise(x * 4, y * 4, 5).sigmoid()), light.clamp(0, 1)
    )


def _scattered(
    c: Canvas, x: Tensor, y: Tensor, lattice: int, radius: tuple[float, float]
) -> tuple[Tensor, Tensor, Tensor]:
    """One disc wholly inside each unit square: from its centre to the pixel, across and down, and its chance.

    The chance, 0 to 1, says where its radius lies between the two given.
    """
    column, row = torch.floor(x), torch.floor(y)
    chance = c.chance(column, row, lattice + 2)
    size = radius[0] + (radius[1] - radius[0]) * chance
    dx, dy = (
        at - corner - size - (1 - 2 * size) * c.chance(column, row, lattice + i)
        for i, (at, corner) in enumerate(((x, column), (y, row)))
    )
    return dx, dy, chance


def _glow(dx: Tensor, dy: Tensor, width: Tensor | float) -> Tensor:
    return torch.exp(-(dx * dx + dy * dy) / width**2)


def _cross(dx: Tensor, dy: Tensor) -> Tensor:
    """Two thin rays, as lenses draw around a bright point."""
    return _glow(dx * 0.2, dy, 0.028) + _glow(dx, dy * 0.2, 0.028)


def bubbles(c: Canvas) -> Tensor:
    """Soap bubbles of many sizes that float one before another: bright rims, colours of a thin film, window light."""
    upper, lower = c.colour("above", (0.2, 0.38, 0.62), 0.5, 0.2), c.colour("below", (0.2, 0.36, 0.25), 0.6, 0.2)
    picture = mix(upper, lower, soft_edge(c.y + 0.5 * c.noise(c.x * 1.5, c.y * 1.5, 5), 1.2))
    x, y = c.frame(zoom=(0.7, 1.5), turn=0.5)
    swirl = c.noise(x * 2, y * 2, 3)
    light = c.factor("light from", -2.5, -0.7, "radians")
    film = (
        c.factor("film", 2, 5, "radians of phase from middle to rim"),
        c.factor("film at the middle", 0, 2 * PI, "radians"),
    )
    for lattice, cells, radius in ((0, 2.3, (0.12, 0.45)), (3, 1.4, (0.2, 0.47)), (1, 0.85, (0.2, 0.48))):
        dx, dy, chance = _scattered(c, x * cells + 3 + lattice, y * cells + 3, lattice, radius)
        size = radius[0] + (radius[1] - radius[0]) * chance
        inside = soft_edge((size - length(dx, dy)) / cells) * soft_edge(chance - 0.4, 0.1)
        picture = _bubble(picture, dx / size, dy / size, inside, film[0], film[1] + swirl, light)
    return c.lit(picture, 0.2)


def _bubble(
    picture: Tensor, x: Tensor, y: Tensor, inside: Tensor, film: Tensor, phase: Tensor, light: Tensor
) -> Tensor:
    """Blow bubbles before a picture; x and y run from a bubble's centre to 1 at its rim."""
    square = (x * x + y * y).clamp(0, 1)
    waves = torch.stack([torch.cos((phase + film * square + y) * k) for k in (1.0, 1.25, 1.55)], 1)
    picture = mix(picture, 0.62 + 0.38 * waves, inside * (0.1 + 0.75 * square**3))
    x, y = rotate(x, y, -light)  # the light now comes from the right
    window = _glow(x - 0.62, y * 0.6, 0.14) + 0.5 * _glow(x + 0.74, y * 0.5, 0.1)
    return picture + (inside * window * 0.9)[:, None]


def feathers(c: Canvas) -> Tensor:
    """A feather: a bent shaft with a bare quill; barbs that slant from it, with bands and splits; down at its base."""
    ground = c.backdrop()
    x, y = c.frame(zoom=(0.7, 1.5), shift=0.25)
    y = y + c.factor("bend", -0.35, 0.35, "half pictures at the tip") * x * x
    along = ((x + 0.65) / 1.6).clamp(0, 1)  # from the first barb to the tip
    outline = ((along + 0.01) ** 0.4 * (1.01 - along) ** 0.5) * c.factor("width", 0.5, 0.85, "half pictures")
    outline = outline * (1 + c.factor("lopsidedness", -0.35, 0.35, "share of the width") * torch.tanh(y * 20))
    out = y.abs() / (outline + 0.03)
    barb = x - y.abs() * c.factor("slant of barbs", 0.7, 1.3, "slope")
    split = soft_edge(c.noise(barb * 5 + 3, 2 + torch.tanh(y * 20), 1) - 2.0 + out, 0.3)
    ridges = torch.sin(barb * c.factor("barbs", 34, 48, "radians a half picture"))
    bands = soft_edge(
        torch.sin(barb * c.factor("bands", 4, 14, "radians a half picture") + c.factor("first band", 0, 6, "radians")),
        0.7,
    )
    vane = mix(
        c.colour("vane", (0.72, 0.68, 0.62), 0.35, 0.2),
        c.colour("band", (0.3, 0.25, 0.24), 0.6, 0.15),
        bands * c.factor("contrast of bands", 0, 1, "share"),
    )
    vane = vane * (0.9 + 0.1 * ridges - 0.15 * torch.tanh(y * 6))[:, None]
    down = soft_edge(0.2 - along + 0.08 * c.noise(x * 8, y * 8, 2), 0.15)
    shaft_colour = c.colour("shaft", (0.93, 0.88, 0.78))
    vane = mix(vane, shaft_colour, down * 0.7)
    inside = (
        soft_edge(outline - y.abs()) * soft_edge(x + 0.65, 0.05) * soft_edge(0.95 - x) * (1 - split) * (1 - 0.4 * down)
    )
    shaft = soft_edge(0.028 - 0.02 * x - y.abs(), 0.03) * soft_edge(0.98 - (x + 0.1).abs(), 0.06)
    shadow = soft_edge(outline - (y - 0.09).abs(), 0.2) * soft_edge(x + 0.6, 0.2)
    return c.lit(mix(mix(ground * (1 - 0.4 * shadow)[:, None], vane, inside), shaft_colour, shaft))


def baseball(c: Canvas) -> Tensor:
    """A ball of pale leather with two seams of red stitches, from half a picture wide to a close-up of a seam."""
    ground = _field(c)
    x, y = rotate(c.x, c.y, c.factor("angle", -PI, PI, "radians"))
    zoom = c.factor("zoom", -1, 1.4, "doublings of the radius beyond half a picture")
    radius, close = 2**zoom, soft_edge(zoom - 0.4, 0.8)
    opening = c.factor("seam opening", 0.75, 1.0, "radians")
    gap = c.factor("seam gap", 0.2, 0.5, "radians from the middle")
    # a close-up is a close-up of the seam, not of bare leather
    x = (x - c.factor("across", -0.45, 0.45, "half pictures")) / radius + torch.sin(gap) * close
    y = (y - c.factor("down", -0.45, 0.45, "half pictures")) / radius
    square = x * x + y * y
    toward = ((1 - square).clamp(min=0) + 0.04).sqrt()
    leather = c.colour("leather", (0.92, 0.89, 0.83), 0.14, 0.07) * (1 + 0.04 * c.fbm(x * 9, y * 9, 3, 2))[:, None]
    leather = _stitched(c, leather, x, y, toward, opening, gap, radius)
    sun = c.factor("light from", -PI, PI, "radians")
    shade = (
        0.62
        + 0.38 * toward
        + c.factor("light slope", 0.05, 0.3, "share of white") * (x * torch.cos(sun) + y * torch.sin(sun))
    )
    shadow = soft_edge(1.1 - length(x, y), 0.3)
    inside = soft_edge((1 - (square + 1e-4).sqrt()) * radius)
    return mix(ground * (1 - 0.45 * shadow)[:, None], leather * shade[:, None], inside)


def _stitched(
    c: Canvas, leather: Tensor, x: Tensor, y: Tensor, toward: Tensor, opening: Tensor, gap: Tensor, radius: Tensor
) -> Tensor:
    """Sew two seams into a sphere seen from the front: circles around an axis to the right and its mirror image."""
    sway = c.factor("seam sway", -0.35, 0.35, "radians")
    y, toward = rotate(y, toward, sway)
    axis = opening + gap  # radians from the line of sight
    forth = x.abs() * torch.sin(axis) + toward * torch.cos(axis)
    side = toward * torch.sin(axis) - x.abs() * torch.cos(axis)
    off = (torch.cos(opening) - forth) / torch.sin(opening)  # signed distance from the seam, in radii
    width = c.factor("stitch width", 0.13, 0.18, "radii")
    stitches = torch.sin(
        c.count("stitches", 18, 26) * torch.atan2(y, side)
        + off.abs() * c.factor("stitch slant", 14, 24, "radians a radius")
    )
    thread = soft_edge((stitches - 0.1) * (0.5 + 0.5 * radius), 0.9)
    thread = thread * soft_edge((width - off.abs()) * radius) * soft_edge(off.abs() - 0.01, 0.03)
    leather = leather * (1 - 0.35 * bump(off, 0.03) - 0.12 * bump(off, width))[:, None]
    return mix(leather, c.colour("thread", (0.8, 0.08, 0.1), 0.15, 0.05), thread)


def _field(c: Canvas) -> Tensor:
    """What a ball flies or lies before: something blurred, grass or sea."""
    kind = c.count("backdrop", 0, 2)
    blurred = c.backdrop()
    rough = c.noise(c.x * 9, c.y * 14, 4).sigmoid()
    grass = mix(c.colour("grass", (0.2, 0.38, 0.12)), c.colour("dry grass", (0.5, 0.55, 0.25)), rough * 0.7)
    sea = mix(c.colour("sea", (0.05, 0.25, 0.45)), c.colour("foam", (0.35, 0.65, 0.75)), rough * 0.7)
    return mix(mix(blurred, grass, (kind == 1).float()), sea, (kind == 2).float())


def shark(c: Canvas) -> Tensor:
    """A great white shark with its mouth open: red gums and white teeth under a grey snout, in the sea."""
    sea = _sea(c)
    facing = 2 * c.choice("facing", "left", "right") - 1
    turn, zoom = c.factor("angle", -0.45, 0.45, "radians"), c.factor("zoom", 0.65, 1.5, "times")
    x, y = rotate(-c.x * facing, c.y, turn)  # the snout now points to the left
    x = x / zoom + c.factor("across", -0.35, 0.1, "half pictures")
    y = y / zoom + c.factor("down", -0.2, 0.2, "half pictures")
    skin, belly = c.colour("skin", (0.42, 0.47, 0.53), 0.25, 0.06), c.colour("belly", (0.9, 0.92, 0.93), 0.08)
    body, fins = _body(x, y)
    picture = mix(sea, skin * 0.85, fins)
    low = soft_edge(y - 0.05 - c.factor("belly line", -0.05, 0.1, "half pictures") - 0.06 * torch.sin(x * 5), 0.12)
    picture = mix(picture, mix(skin * (1.05 - 0.3 * (y + 0.3))[:, None], belly * (1.02 - 0.25 * y)[:, None], low), body)
    return c.lit(_head(c, picture, x, y, skin, belly), 0.2)


def _sea(c: Canvas) -> Tensor:
    """Water that is paler above, with shafts of light."""
    shafts = (1 - c.noise(c.x * 3 + c.y, c.y * 0.8, 5).abs()).clamp(min=0) ** 4 * soft_edge(-c.y + 0.2, 1.5)
    depth = soft_edge(c.y + 0.2 * c.noise(c.x * 2, c.y * 2, 4), 1.4)
    water = mix(
        c.colour("shallow", (0.22, 0.58, 0.72), 0.25, 0.12), c.colour("deep", (0.04, 0.24, 0.42), 0.35, 0.1), depth
    )
    return water + 0.13 * shafts[:, None]


def _body(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The trunk from the snout at x = -1 to the tail at 1.9; and the fins: fields of shares."""
    along = (x + 1).clamp(0.02, 2.9)
    half = 0.58 * along**0.6 * (1 - along / 3) ** 0.8
    trunk = soft_edge(half - (y - 0.02 * along).abs()) * soft_edge(x + 0.98)
    dorsal = torch.minimum(y + 0.95 - 0.75 * (0.75 - x), 0.85 - x - 0.35 * (y + 0.7) ** 2)
    breast = torch.minimum(y - 0.2 - 0.9 * (x - 0.3), torch.minimum(1.3 * (x - 0.1) - 0.35 * y, 0.85 - y))
    tail = torch.minimum(x - 1.35 - 0.55 * y.abs(), 1.75 + 0.2 * y.abs() - x)
    fins = soft_edge(torch.minimum(dorsal, -y)) + soft_edge(breast) * soft_edge(y - 0.1) + soft_edge(tail)
    return trunk, fins.clamp(0, 1)


def _head(c: Canvas, picture: Tensor, x: Tensor, y: Tensor, skin: Tensor, belly: Tensor) -> Tensor:
    """Gills, an eye, and the open mouth: a jaw, gums around a dark throat, and teeth that hang and stand."""
    gill = fract((x + 0.1 * y) / 0.1) - 0.5
    gills = (
        soft_edge(0.18 - gill.abs(), 0.3)
        * soft_edge(0.2 - (y + 0.02).abs(), 0.1)
        * soft_edge(0.2 - (x - 0.25).abs(), 0.02)
    )
    picture = mix(picture, skin * 0.45, gills)
    eye = length(x + 0.5, y + 0.17)
    picture = mix(
        picture, 0.04 + 0.6 * soft_edge(0.025 - length(x + 0.515, y + 0.185))[:, None], soft_edge(0.065 - eye)
    )
    x = x - c.factor("mouth across", -0.42, -0.2, "half pictures")
    y = y - c.factor("mouth down", 0.2, 0.34, "half pictures")
    x, y = rotate(x, y, c.factor("mouth angle", -0.35, 0.3, "radians"))
    x, y = (
        x / c.factor("mouth width", 0.27, 0.4, "half pictures"),
        y / c.factor("mouth height", 0.18, 0.32, "half pictures"),
    )
    return _mouth(c, picture, x, y, belly)


def _mouth(c: Canvas, picture: Tensor, x: Tensor, y: Tensor, belly: Tensor) -> Tensor:
    """Open a mouth of half width and half height 1."""
    round_ = length(x, y)
    picture = mix(picture, belly * 0.88, soft_edge(1.25 - round_, 0.12))
    picture = mix(picture, c.colour("gums", (0.8, 0.14, 0.18), 0.15, 0.05), soft_edge(1.12 - round_, 0.12))
    picture = mix(picture, c.colour("throat", (0.2, 0.02, 0.04), 0.3, 0.03), soft_edge(0.86 - round_, 0.16))
    lip = (1 - x * x).clamp(min=0.04).sqrt()  # the height of the lips above and below the middle
    point = 2 * (fract(x * c.count("teeth", 5, 8) / 2) - 0.5).abs()  # 0 at a tooth's middle, 1 between two
    length_ = c.factor("length of teeth", 0.5, 0.75, "half heights of the mouth") * lip
    tooth = y.abs() - lip * 0.98 + length_ * (1 - point)
    return mix(
        picture,
        c.colour("teeth colour", (0.98, 0.98, 0.94), 0.03, 0.03),
        soft_edge(tooth, 0.16) * soft_edge(1 - round_, 0.12),
    )


def volcano(c: Canvas) -> Tensor:
    """A cone that erupts: lava runs from its crater, fire and smoke rise from it; by day, at dusk or at night."""
    dusk = c.factor("dusk", 0, 1, "0 day, 1 night")
    high = mix(c.colour("day sky", (0.35, 0.55, 0.85)), c.colour("night sky", (0.14, 0.07, 0.15)), dusk)
    low = mix(c.colour("day haze", (0.78, 0.86, 0.93)), c.colour("glow", (0.8, 0.36, 0.2)), dusk)
    sky = mix(high, low, soft_edge(c.y + 0.1, 0.9))
    x, y = c.frame(zoom=(0.7, 1.6), turn=0.12, shift=0.25)
    width = c.factor("crater", 0.1, 0.2, "half pictures from its middle")
    rough = c.fbm(x * 4 + 3, y * 4, 0)
    above = c.factor("summit", -0.25, 0.15, "half pictures") - y
    flank = (x.abs() - width).clamp(min=0)
    under = (
        flank * c.factor("slope", 0.8, 1.4, "slope") * (1 - 0.2 * flank) + 0.04 * rough + above
    )  # negative below the ground
    picture = _eruption(c, sky, x, y, above, width)
    rock = mix(
        c.colour("rock", (0.2, 0.16, 0.15)), c.colour("lit rock", (0.45, 0.36, 0.32)), soft_edge(rough + 2.5 * x, 1.5)
    )
    return mix(picture, _lava(c, rock, x, -under, -above, width), soft_edge(-under))


def _eruption(c: Canvas, sky: Tensor, x: Tensor, y: Tensor, above: Tensor, width: Tensor) -> Tensor:
    """Smoke that drifts and widens, and a fountain of fire in it."""
    x = x + c.factor("wind", -0.5, 0.5, "slope") * above.clamp(min=0)
    puffs = c.fbm(x * 3 + 5, y * 3, 1)
    column = width * 0.8 + 0.42 * above.clamp(min=0) - x.abs() + 0.2 * puffs
    smoke = mix(
        c.colour("dark smoke", (0.28, 0.25, 0.26), 0.4),
        c.colour("pale smoke", (0.72, 0.68, 0.67), 0.25),
        soft_edge(puffs - 2 * x, 2.0),
    )
    picture = mix(
        sky,
        smoke,
        soft_edge(column, 0.16) * soft_edge(above + 0.05, 0.1) * c.factor("density of smoke", 0.3, 1, "share"),
    )
    height = c.factor("height of fire", 0.15, 0.6, "half pictures")
    fire = bump(x, width * (0.5 + 0.5 * (above / height).clamp(0, 1))) * soft_edge(height - above + 0.15 * puffs, 0.2)
    hot = mix(c.colour("fire", (1.0, 0.4, 0.05)), c.colour("hot fire", (1.0, 0.9, 0.4)), fire**2)
    return mix(picture, hot, (1.4 * fire).clamp(0, 1) * soft_edge(above + 0.05, 0.08))


def _lava(c: Canvas, rock: Tensor, x: Tensor, depth: Tensor, below: Tensor, width: Tensor) -> Tensor:
    """Three streams of lava, bright where they are fresh."""
    reach = c.factor("reach of lava", 0.5, 1.5, "half pictures below the summit")
    spread = 0.75 * width + c.factor("spread of streams", 0.25, 0.6, "slope") * below
    streams = torch.zeros_like(x)
    for side in (-1, 0, 1):
        bed = side * spread + 0.1 * c.noise(3 * below + 4 * side, 0.3 * x, 3)
        streams = streams + bump(x - bed, 0.05 + 0.02 * side) * soft_edge(reach * (1 - 0.25 * abs(side)) - below, 0.2)
    hot = mix(
        c.colour("lava", (0.9, 0.17, 0.03)),
        c.colour("fresh lava", (1.0, 0.75, 0.2)),
        torch.exp(-2.5 * below.clamp(min=0)),
    )
    rim = bump(depth, 0.06) * soft_edge(width * 1.2 - x.abs(), 0.1)
    return mix(rock, hot, (streams + rim).clamp(0, 1))


def monastery(c: Canvas) -> Tensor:
    """A monastery on a hill: a long hall between towers with domes or spires, crosses on top, arched windows."""
    x, y = c.frame(zoom=(0.75, 1.7), turn=0.1, shift=0.3)
    picture = _hills(c, x, y)
    half, eaves = (
        c.factor("hall", 0.45, 0.65, "half pictures from its middle"),
        c.factor("eaves", 0.0, 0.12, "half pictures"),
    )
    wall, roof = c.colour("wall", (0.86, 0.79, 0.67), 0.14, 0.1), c.colour("roof", (0.6, 0.26, 0.18), 0.25, 0.18)
    onion = c.choice("roofs", "spires", "domes")
    pitch = torch.minimum(y - eaves + 0.2, torch.minimum(eaves - y, half + 0.08 - x.abs() - 0.6 * (eaves - y)))
    picture = mix(picture, roof * 0.9, soft_edge(pitch))
    towers = (
        (
            c.factor("main tower", -0.25, 0.25, "half pictures"),
            c.factor("width of the main tower", 0.14, 0.2, "half pictures"),
            c.factor("main top", -0.35, -0.15, "half pictures"),
        ),
        (
            -half,
            c.factor("width of side towers", 0.1, 0.14, "half pictures"),
            c.factor("left top", -0.15, 0.1, "half pictures"),
        ),
        (half, 0.12, c.factor("right top", -0.15, 0.1, "half pictures")),
    )
    stone, tiles, crosses, shade = (
        half - x.abs(),
        torch.full_like(x, -9.0),
        torch.full_like(x, -9.0),
        torch.zeros_like(x),
    )
    stone = torch.minimum(stone, y - eaves)
    for middle, width, top in towers:
        across = (x - middle) / width
        shade = shade - 0.22 * across.clamp(-1, 1) * soft_edge(1.1 - across.abs(), 0.2)
        stone = torch.maximum(stone, torch.minimum((1 - across.abs()) * width, y - top))
        tiles = torch.maximum(tiles, _roof(across, (y - top) / width, onion) * width)
        crosses = torch.maximum(crosses, _crucifix(across * width, y - top + 1.75 * width))
    stone = torch.minimum(stone, 0.62 - y)
    picture = mix(picture, wall * (0.95 + shade + 0.05 * c.noise(x * 12, y * 12, 3))[:, None], soft_edge(stone))
    picture = mix(picture, roof * (1 + shade)[:, None], soft_edge(tiles))
    bay = half * 0.4
    windows = _arch((fract(x / bay) - 0.5) * bay, y - eaves - 0.22, 0.04, 0.09)
    openings = torch.minimum(torch.maximum(windows, _arch(x - towers[0][0], y - 0.52, 0.07, 0.12)), stone - 0.04)
    return c.lit(
        mix(picture, c.colour("openings", (0.2, 0.15, 0.14)), soft_edge(torch.maximum(openings, crosses))), 0.2
    )


def _hills(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """Sky, far mountains and a green hill."""
    clouds = soft_edge(c.y + 0.25 * c.fbm(c.x * 2, c.y * 3, 0), 1.0)
    sky = mix(c.colour("sky", (0.4, 0.62, 0.9), 0.25, 0.12), c.colour("horizon", (0.9, 0.88, 0.85), 0.1, 0.12), clouds)
    ridge = y - 0.1 + 0.25 * c.noise(x * 1.2, x * 0, 4)
    far = mix(sky, c.colour("mountains", (0.48, 0.56, 0.66), 0.2), soft_edge(ridge, 0.08) * 0.8)
    grass = mix(
        c.colour("grass", (0.2, 0.36, 0.14)),
        c.colour("dry grass", (0.48, 0.5, 0.26)),
        c.fbm(x * 6, y * 6, 2, 2).sigmoid(),
    )
    return mix(far, grass, soft_edge(y - 0.45 - 0.2 * x * x - 0.05 * c.noise(x * 3, x * 0, 1)))


def _roof(x: Tensor, y: Tensor, onion: Tensor) -> Tensor:
    """Signed distance inside a roof over a tower of half width 1 whose wall ends at y = 0: a spire or a dome."""
    spire = (y + 1.9 * (1 - x.abs() * 0.85)) * 0.5
    dome = 1.15 - length(x, (y + 0.45) * 0.95)
    return torch.minimum(spire + (dome - spire) * onion, 0.05 - y)


def _crucifix(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance inside a cross whose foot is at y = 0.1."""
    return torch.maximum(
        torch.minimum(0.018 - x.abs(), 0.12 - y.abs()),
        torch.minimum(0.06 - x.abs(), 0.018 - (y + 0.04).abs()),
    )


def _arch(x: Tensor, y: Tensor, width: float, height: float) -> Tensor:
    """Signed distance inside an opening with a round top."""
    return torch.minimum(width - length(x, (y + height - width).clamp(max=0)), height - y)


def basin(c: Canvas) -> Tensor:
    """A white washbasin under a chrome tap, before tiles: round, oval or nearly square, dry or with water in it."""
    x, y = c.frame(zoom=(0.75, 1.6), turn=0.15, shift=0.2)
    picture = _washroom(c, x, y)
    a, b = c.factor("half width", 0.7, 0.9, "half pictures"), c.factor("half depth", 0.45, 0.62, "half pictures")
    power = c.factor("squareness", 2, 4, "exponent")
    rim, bowl = _squircle(x / a, y / b, power), _squircle(x / (0.85 * a), (y - 0.03) / (0.8 * b), power)
    white = c.colour("porcelain", (0.94, 0.95, 0.95), 0.06, 0.05)
    picture = picture * (1 - 0.45 * soft_edge(1.1 - _squircle(x / a, (y - 0.1) / b, power), 0.2))[:, None]
    picture = mix(picture, white, soft_edge(1 - rim, 0.08))
    hollow = white * (0.58 + 0.3 * bowl.clamp(0, 1) ** 2 + 0.2 * y + 0.1 * x)[:, None]
    picture = mix(picture, hollow, soft_edge(1 - bowl, 0.08))
    level = c.factor("water", -0.2, 0.8, "share of the bowl, dry below 0")
    picture = mix(picture, c.colour("water colour", (0.5, 0.76, 0.86), 0.1, 0.1), 0.7 * soft_edge(level - bowl, 0.08))
    drain = length(x, (y - 0.08) * 1.5)
    picture = mix(picture, 0.25 + 0.5 * soft_edge(0.05 - drain)[:, None].expand(-1, 3, -1, -1), soft_edge(0.1 - drain))
    return c.lit(_tap(c, picture, x, y + b), 0.2)


def _washroom(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """A tiled wall above a counter of stone."""
    tiles = c.factor("tiles", 1.8, 3.5, "per half picture")
    joint = torch.maximum((fract(x * tiles) - 0.5).abs(), (fract(y * tiles) - 0.5).abs())
    wall = c.colour("tile", (0.68, 0.78, 0.78), 0.3, 0.2)
    wall = wall * (1 - 0.3 * soft_edge(joint - 0.45, 0.08))[:, None]
    stone = mix(
        c.colour("counter", (0.48, 0.41, 0.37), 0.6, 0.2),
        c.colour("grain", (0.62, 0.57, 0.52), 0.4, 0.15),
        c.fbm(x * 4, y * 4, 0).sigmoid(),
    )
    return mix(wall, stone, soft_edge(y + c.factor("top of the wall", 0.35, 0.6, "half pictures")))


def _squircle(x: Tensor, y: Tensor, power: Tensor) -> Tensor:
    """A distance from the origin whose circles are round at power 2 and nearly square at 4."""
    return ((x * x + 1e-3) ** (power / 2) + (y * y + 1e-3) ** (power / 2)) ** (1 / power)


def _tap(c: Canvas, picture: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """A chrome spout over the rim at y = 0, with two handles."""
    reach = c.factor("spout", 0.15, 0.3, "half pictures over the rim")
    spout = torch.minimum(0.075 - x.abs(), torch.minimum(y + 0.3, reach - y))
    knob = torch.maximum(0.11 - length(x, y + 0.27), 0.1 - length(x, (y - reach) * 1.5))
    handles = 0.085 - length(x.abs() - c.factor("handles", 0.22, 0.36, "half pictures from the spout"), y + 0.04)
    chrome = mix(
        c.colour("dark chrome", (0.4, 0.43, 0.47)),
        c.colour("bright chrome", (0.93, 0.95, 0.97), 0.05),
        0.5 + 0.5 * torch.cos(x * 40),
    )
    return mix(picture, chrome, soft_edge(torch.maximum(torch.maximum(spout, knob), handles)))


RECIPES = (stars, bubbles, feathers, baseball, shark, volcano, monastery, basin)
