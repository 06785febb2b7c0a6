"""Things: single objects before a ground, and points of light; the last five echo neurons of the activation atlas."""

from functools import reduce

import torch
from torch import Tensor

from generators.datasets.textures.canvas import PI, Canvas, bump, fract, length, mix, rotate, soft_edge


def stars(c: Canvas) -> Tensor:
    """A night sky: stars of three sizes, the brightest with a cross of light, before a nebula and a milky way."""
    x, y = c.frame(zoom=(0.7, 1.5))
    sky = _nebula(c, x, y)
    density = c.factor("density", 0.8, 1.25, "times")
    light = torch.zeros_like(x)
    for lattice, cells, width, radius in ((0, 1.5, 0.055, 0.36), (2, 2.8, 0.07, 0.28), (1, 5.0, 0.11, 0.32)):
        dx, dy, chance = _scattered(c, x * cells * density, y * cells * density, lattice, (radius, radius))
        size = chance**2
        light = light + (0.2 + 1.2 * size) * _glow(dx, dy, width * (0.7 + 0.7 * size))
        if cells < 2:
            light = light + size * _cross(dx, dy)
    cold, warm = c.colour("cold stars", (0.85, 0.92, 1.0)), c.colour("warm stars", (1.0, 0.85, 0.65))
    return mix(sky, mix(cold, warm, c.noise(x * 4, y * 4, 5).sigmoid()), light.clamp(0, 1))


def _nebula(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """The dark between stars, with a coloured cloud and a pale band."""
    cloud = c.fbm(x * 1.2 + 3, y * 1.2 + 3, 4)
    shine = soft_edge(cloud - c.factor("nebula threshold", 0.2, 1.4, "of noise"), 1.4)
    night, nebula = c.colour("night", (0.02, 0.02, 0.07), 0.5, 0.02), c.colour("nebula", (0.27, 0.12, 0.4), 0.5, 0.2)
    band = bump(y + c.factor("milky way", -1.5, 1.5, "half pictures from the middle") + 0.25 * cloud, 0.4)
    return (
        mix(night, nebula, shine) + (band * c.factor("brightness of the milky way", 0, 0.3, "share of white"))[:, None]
    )


def _scattered(
    c: Canvas, x: Tensor, y: Tensor, lattice: int, radius: tuple[float, float]
) -> tuple[Tensor, Tensor, Tensor]:
    """One disc wholly inside each unit square: from its centre to the pixel, across and down, and its chance.

    The chance, 0 to 1, says where its radius lies between the two given. A pixel needs to look at its own square only.
    """
    column, row = torch.floor(x), torch.floor(y)
    chance = c.chance(column, row, lattice + 2)
    size = radius[0] + (radius[1] - radius[0]) * chance
    dx = x - column - size - (1 - 2 * size) * c.chance(column, row, lattice)
    dy = y - row - size - (1 - 2 * size) * c.chance(column, row, lattice + 1)
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
    film = c.factor("film", 2, 5, "radians of phase from middle to rim")
    phase = c.factor("film at the middle", 0, 2 * PI, "radians") + swirl
    for lattice, cells, radius in ((0, 2.3, (0.12, 0.45)), (3, 1.4, (0.2, 0.47)), (1, 0.85, (0.2, 0.48))):
        dx, dy, chance = _scattered(c, x * cells + 3 + lattice, y * cells + 3, lattice, radius)
        size = radius[0] + (radius[1] - radius[0]) * chance
        inside = soft_edge((size - length(dx, dy)) / cells) * soft_edge(chance - 0.4, 0.1)
        picture = _bubble(picture, dx / size, dy / size, inside, film, phase, light)
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
    x, y = c.frame(zoom=(0.75, 1.6), shift=0.25)
    y = y + c.factor("bend", -0.35, 0.35, "half pictures at the tip") * x * x
    along = ((x + 0.65) / 1.6).clamp(0, 1)  # from the first barb to the tip
    side = torch.tanh(y * 20)  # -1 and 1 beside the shaft
    width = c.factor("width", 0.42, 0.75, "half pictures") * (1 + c.factor("lopsidedness", -0.5, 0.5, "share") * side)
    outline = width * (along + 0.01) ** 0.4 * (1.01 - along) ** 0.6
    barb = x - y.abs() * c.factor("slant of barbs", 0.7, 1.3, "slope")
    split = soft_edge(c.noise(barb * 5 + 3, 2 + side, 1) - 1.9 + y.abs() / (outline + 0.03), 0.3)
    down = soft_edge(0.25 - along + 0.1 * c.noise(x * 8, y * 8, 2), 0.15)
    inside = soft_edge(_all(outline - y.abs(), x + 0.65, 0.95 - x)) * (1 - split) * (1 - 0.4 * down)
    shaft = soft_edge(0.028 - 0.02 * x - y.abs(), 0.03) * soft_edge(0.98 - (x + 0.1).abs(), 0.06)
    shadow = soft_edge(_all(outline - (y - 0.09).abs(), x + 0.6), 0.2)
    pale = c.colour("shaft", (0.93, 0.88, 0.78))
    vane = mix(_vane(c, barb) * (1 - 0.15 * torch.tanh(y * 6))[:, None], pale, down * 0.7)
    return c.lit(mix(mix(ground * (1 - 0.4 * shadow)[:, None], vane, inside), pale, shaft))


def _vane(c: Canvas, barb: Tensor) -> Tensor:
    """Colour barbs by where they leave the shaft: fine ridges, broad bands."""
    ridges = torch.sin(barb * c.factor("barbs", 45, 58, "radians a half picture"))
    waves = barb * c.factor("bands", 4, 14, "radians a half picture") + c.factor("first band", 0, 2 * PI, "radians")
    bands = soft_edge(torch.sin(waves), 0.7) * c.factor("contrast of bands", 0, 1, "share")
    plain, band = c.colour("vane", (0.74, 0.7, 0.64), 0.35, 0.2), c.colour("band", (0.3, 0.25, 0.24), 0.6, 0.15)
    return mix(plain, band, bands) * (0.9 + 0.1 * ridges)[:, None]


def _all(*distances: Tensor) -> Tensor:
    """Signed distance inside all of several shapes at once."""
    return reduce(torch.minimum, distances)


def _any(*distances: Tensor) -> Tensor:
    """Signed distance inside one of several shapes at least."""
    return reduce(torch.maximum, distances)


def baseball(c: Canvas) -> Tensor:
    """A ball of pale leather with two seams of red stitches, from half a picture wide to a close-up of a seam."""
    ground = _field(c)
    x, y = rotate(c.x, c.y, c.factor("angle", -PI, PI, "radians"))
    zoom = c.factor("zoom", -1, 1.4, "radius in half pictures, as a power of two")
    radius = 2**zoom
    gap = c.factor("seam gap", 0.2, 0.5, "radians from the middle")
    # a close-up is one of a seam, not of bare leather
    x = (x - c.factor("across", -0.45, 0.45, "half pictures")) / radius + torch.sin(gap) * soft_edge(zoom - 0.4, 0.8)
    y = (y - c.factor("down", -0.45, 0.45, "half pictures")) / radius
    from_middle = length(x, y)
    toward = ((1 - from_middle**2).clamp(min=0) + 0.04).sqrt()
    leather = c.colour("leather", (0.92, 0.89, 0.83), 0.16, 0.08) * (1 + 0.04 * c.fbm(x * 9, y * 9, 3, 2))[:, None]
    leather = _stitched(c, leather, x, y, toward, gap, radius)
    sun, slope = c.factor("light from", -PI, PI, "radians"), c.factor("light slope", 0.05, 0.3, "share of white")
    shade = 0.62 + 0.38 * toward + slope * (x * torch.cos(sun) + y * torch.sin(sun))
    shadow = soft_edge(1.1 - from_middle, 0.3)
    return mix(ground * (1 - 0.45 * shadow)[:, None], leather * shade[:, None], soft_edge((1 - from_middle) * radius))


def _stitched(c: Canvas, leather: Tensor, x: Tensor, y: Tensor, toward: Tensor, gap: Tensor, radius: Tensor) -> Tensor:
    """Sew two seams into a sphere seen from the front: circles around an axis to the right and its mirror image."""
    sway = c.factor("seam sway", -0.35, 0.35, "radians")
    y, toward = rotate(y, toward, sway)
    opening = c.factor("seam opening", 0.75, 1.0, "radians")
    axis = opening + gap  # radians from the line of sight
    forth = x.abs() * torch.sin(axis) + toward * torch.cos(axis)
    side = toward * torch.sin(axis) - x.abs() * torch.cos(axis)
    off = (torch.cos(opening) - forth) / torch.sin(opening)  # signed distance from the seam, in radii
    width = c.factor("stitch width", 0.13, 0.18, "radii")
    slant = c.factor("stitch slant", 14, 24, "radians a radius")
    stitches = torch.sin(c.count("stitches", 18, 26) * torch.atan2(y, side) + slant * off.abs())
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
    shallow, deep = c.colour("shallow", (0.22, 0.58, 0.72), 0.25, 0.12), c.colour("deep", (0.04, 0.24, 0.42), 0.35, 0.1)
    water = mix(shallow, deep, soft_edge(c.y + 0.2 * c.noise(c.x * 2, c.y * 2, 4), 1.4))
    shafts = (1 - c.noise(c.x * 3 + c.y, c.y * 0.8, 5).abs()).clamp(min=0) ** 4
    return water + (0.13 * shafts * soft_edge(0.2 - c.y, 1.5))[:, None]


def _body(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The trunk from the snout at x = -1 to the tail at 1.9; and the fins: fields of shares."""
    along = (x + 1).clamp(0.02, 2.9)
    half = 0.58 * along**0.6 * (1 - along / 3) ** 0.8
    trunk = soft_edge(half - (y - 0.02 * along).abs()) * soft_edge(x + 0.98)
    dorsal = _all(y + 0.95 - 0.75 * (0.75 - x), 0.85 - x - 0.35 * (y + 0.7) ** 2, -y)
    breast = _all(y - 0.2 - 0.9 * (x - 0.3), 1.3 * (x - 0.1) - 0.35 * y, 0.85 - y, y - 0.1)
    tail = _all(x - 1.35 - 0.55 * y.abs(), 1.75 + 0.2 * y.abs() - x)
    fins = soft_edge(_any(dorsal, breast, tail))
    return trunk, fins


def _head(c: Canvas, picture: Tensor, x: Tensor, y: Tensor, skin: Tensor, belly: Tensor) -> Tensor:
    """Gills, an eye, and the open mouth."""
    slits = 0.018 - 0.1 * (fract((x + 0.1 * y) / 0.1) - 0.5).abs()
    row = soft_edge(_all(0.2 - (y + 0.02).abs(), 0.2 - (x - 0.25).abs()), 0.06)
    picture = mix(picture, skin * 0.45, soft_edge(slits, 0.03) * row)
    glint = soft_edge(0.025 - length(x + 0.515, y + 0.185))
    picture = mix(picture, (0.04 + 0.6 * glint)[:, None], soft_edge(0.065 - length(x + 0.5, y + 0.17)))
    x = x - c.factor("mouth across", -0.42, -0.2, "half pictures")
    y = y - c.factor("mouth down", 0.2, 0.34, "half pictures")
    x, y = rotate(x, y, c.factor("mouth angle", -0.35, 0.3, "radians"))
    width = c.factor("mouth width", 0.27, 0.4, "half pictures from its middle")
    height = c.factor("mouth height", 0.18, 0.32, "half pictures from its middle")
    return _mouth(c, picture, x / width, y / height, belly)


def _mouth(c: Canvas, picture: Tensor, x: Tensor, y: Tensor, belly: Tensor) -> Tensor:
    """Open a mouth of half width and half height 1: a jaw, gums around a dark throat, teeth that hang and stand."""
    from_middle = length(x, y)
    gums, throat = c.colour("gums", (0.8, 0.14, 0.18), 0.15, 0.05), c.colour("throat", (0.2, 0.02, 0.04), 0.3, 0.03)
    for edge, colour in ((1.25, belly * 0.88), (1.12, gums), (0.86, throat)):
        picture = mix(picture, colour, soft_edge(edge - from_middle, 0.13))
    lip = (1 - x * x).clamp(min=0.04).sqrt()  # how far the lips are above and below the middle
    between = 2 * (fract(x * c.count("teeth", 5, 7) / 2) - 0.5).abs()  # 0 at a tooth's middle, 1 between two
    long = c.factor("length of teeth", 0.5, 0.75, "share of the way from lip to middle")
    tooth = _all(y.abs() - lip * (0.98 - long * (1 - between)), 1 - from_middle)
    return mix(picture, c.colour("ivory", (0.98, 0.98, 0.94), 0.03, 0.03), soft_edge(tooth, 0.15))


def volcano(c: Canvas) -> Tensor:
    """A cone that erupts: lava runs from its crater, fire and smoke rise from it; by day, at dusk or at night."""
    sky = _evening(c)
    x, y = c.frame(zoom=(0.7, 1.6), turn=0.12, shift=0.25)
    width = c.factor("crater", 0.1, 0.2, "half pictures from its middle")
    above = c.factor("summit", -0.25, 0.15, "half pictures") - y
    rough = c.fbm(x * 4 + 3, y * 4, 0)
    flank = (x.abs() - width).clamp(min=0)
    slope = c.factor("slope", 0.7, 1.4, "slope")
    depth = -above - flank * slope * (1 - 0.2 * flank) - 0.04 * rough  # below the ground
    dark, lit = c.colour("rock", (0.2, 0.16, 0.15)), c.colour("lit rock", (0.45, 0.36, 0.32))
    rock = mix(dark, lit, soft_edge(rough + 2.5 * x, 1.5))
    return mix(_eruption(c, sky, x, y, above, width), _lava(c, rock, x, depth, -above, width), soft_edge(depth))


def _evening(c: Canvas) -> Tensor:
    """A sky of some hour between day and night."""
    dusk = soft_edge(c.factor("dusk", -1, 1, "-1 day, 1 night"), 0.8)
    high = mix(c.colour("day sky", (0.35, 0.55, 0.85)), c.colour("night sky", (0.14, 0.07, 0.15)), dusk)
    low = mix(c.colour("day haze", (0.78, 0.86, 0.93)), c.colour("glow", (0.8, 0.36, 0.2)), dusk)
    return mix(high, low, soft_edge(c.y + 0.1, 0.9))


def _eruption(c: Canvas, sky: Tensor, x: Tensor, y: Tensor, above: Tensor, width: Tensor) -> Tensor:
    """Smoke that drifts and widens, and a fountain of fire in it."""
    x = x + c.factor("wind", -0.5, 0.5, "slope") * above.clamp(min=0)
    puffs = c.fbm(x * 3 + 5, y * 3, 1)
    column = _all(width * 0.8 + 0.5 * above.clamp(min=0) - x.abs() + 0.22 * puffs, above + 0.05)
    dark, pale = c.colour("dark smoke", (0.28, 0.25, 0.26), 0.4), c.colour("pale smoke", (0.72, 0.68, 0.67), 0.25)
    density = c.factor("density of smoke", 0.4, 1, "share")
    picture = mix(sky, mix(dark, pale, soft_edge(puffs - 2 * x, 2.0)), soft_edge(column, 0.14) * density)
    height = c.factor("height of fire", 0.15, 0.6, "half pictures")
    fire = bump(x, width * (0.5 + 0.5 * (above / height).clamp(0, 1))) * soft_edge(height - above + 0.15 * puffs, 0.2)
    hot = mix(c.colour("fire", (1.0, 0.4, 0.05)), c.colour("hot fire", (1.0, 0.9, 0.4)), fire**2)
    return mix(picture, hot, (1.4 * fire).clamp(0, 1) * soft_edge(above + 0.05, 0.08))


def _lava(c: Canvas, rock: Tensor, x: Tensor, depth: Tensor, below: Tensor, width: Tensor) -> Tensor:
    """Three streams of lava, bright where they are fresh."""
    reach = c.factor("reach of lava", 0.5, 1.5, "half pictures below the summit")
    spread = 0.75 * width + c.factor("spread of streams", 0.25, 0.6, "slope") * below
    shares = bump(depth, 0.06) * soft_edge(width * 1.2 - x.abs(), 0.1)  # the crater's rim
    for side in (-1, 0, 1):
        bed = side * spread + 0.1 * c.noise(3 * below + 4 * side, 0.3 * x, 3)
        shares = shares + bump(x - bed, 0.05 + 0.01 * side) * soft_edge(reach * (1 - 0.25 * abs(side)) - below, 0.2)
    fresh = torch.exp(-2.5 * below.clamp(min=0))
    return mix(
        rock,
        mix(c.colour("lava", (0.9, 0.17, 0.03)), c.colour("fresh lava", (1.0, 0.75, 0.2)), fresh),
        shares.clamp(0, 1),
    )


def monastery(c: Canvas) -> Tensor:
    """A monastery on a hill: a long hall between towers with domes or spires, crosses on top, arched windows."""
    x, y = c.frame(zoom=(0.75, 1.7), turn=0.1, shift=0.3)
    picture = _hills(c, x, y)
    half = c.factor("hall", 0.45, 0.65, "half pictures from its middle")
    eaves = c.factor("eaves", 0.0, 0.12, "half pictures below the middle")
    wall, roof = c.colour("wall", (0.86, 0.79, 0.67), 0.14, 0.1), c.colour("roof", (0.6, 0.26, 0.18), 0.25, 0.18)
    gable = _all(y - eaves + 0.2, eaves - y, half + 0.08 - x.abs() - 0.6 * (eaves - y))
    picture = mix(picture, roof * 0.9, soft_edge(gable))
    middle = c.factor("main tower", -0.25, 0.25, "half pictures from the hall's middle")
    stone, tiles, crosses, shade = _towers(c, x, y, half, middle)
    stone = _all(_any(stone, _all(half - x.abs(), y - eaves)), 0.62 - y)
    picture = mix(picture, wall * (0.95 + shade + 0.05 * c.noise(x * 12, y * 12, 3))[:, None], soft_edge(stone))
    picture = mix(picture, roof * (1 + shade)[:, None], soft_edge(tiles))
    bay = half * 0.4
    windows = _any(
        _arch((fract(x / bay) - 0.5) * bay, y - eaves - 0.22, 0.04, 0.09), _arch(x - middle, y - 0.52, 0.07, 0.12)
    )
    dark = _any(_all(windows, stone - 0.04), crosses)
    return c.lit(mix(picture, c.colour("openings", (0.2, 0.15, 0.14)), soft_edge(dark, 0.03)), 0.2)


def _towers(c: Canvas, x: Tensor, y: Tensor, half: Tensor, middle: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Three towers: signed distances inside their walls, their roofs and their crosses, and the shade on them."""
    onion = c.choice("roofs", "spires", "domes")
    broad = c.factor("half width of the main tower", 0.14, 0.2, "half pictures")
    narrow = c.factor("half width of side towers", 0.1, 0.14, "half pictures")
    main = c.factor("top of the main tower", -0.35, -0.15, "half pictures")
    left, right = (c.factor(f"top of the {side} tower", -0.15, 0.1, "half pictures") for side in ("left", "right"))
    parts = []
    for at, width, top in ((middle, broad, main), (-half, narrow, left), (half, narrow, right)):
        across, down = (x - at) / width, (y - top) / width
        wall, roof = _all(1 - across.abs(), down) * width, _roof(across, down, onion) * width
        shade = -0.22 * across.clamp(-1, 1) * soft_edge(1.1 - across.abs(), 0.2)
        parts.append((wall, roof, _crucifix(x - at, y - top + 1.75 * width), shade))
    walls, roofs, crosses, shades = zip(*parts, strict=True)
    return _any(*walls), _any(*roofs), _any(*crosses), torch.stack(shades).sum(0)


def _hills(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """Sky, far mountains and a green hill."""
    sky, horizon = c.colour("sky", (0.4, 0.62, 0.9), 0.25, 0.12), c.colour("horizon", (0.9, 0.88, 0.85), 0.1, 0.12)
    picture = mix(sky, horizon, soft_edge(c.y + 0.25 * c.fbm(c.x * 2, c.y * 3, 0), 1.0))
    ridge = y - 0.1 + 0.25 * c.noise(x * 1.2, x * 0, 4)
    picture = mix(picture, c.colour("mountains", (0.48, 0.56, 0.66), 0.2), soft_edge(ridge, 0.08) * 0.8)
    grass, dry = c.colour("grass", (0.2, 0.36, 0.14)), c.colour("dry grass", (0.48, 0.5, 0.26))
    meadow = mix(grass, dry, c.fbm(x * 6, y * 6, 2, 2).sigmoid())
    return mix(picture, meadow, soft_edge(y - 0.45 - 0.2 * x * x - 0.05 * c.noise(x * 3, x * 0, 1)))


def _roof(x: Tensor, y: Tensor, onion: Tensor) -> Tensor:
    """Signed distance inside a roof over a tower of half width 1 whose wall ends at y = 0: a spire or a dome."""
    spire = (y + 1.9 * (1 - x.abs() * 0.85)) * 0.5
    dome = 1.15 - length(x, (y + 0.45) * 0.95)
    return torch.minimum(spire + (dome - spire) * onion, 0.05 - y)


def _crucifix(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance inside a cross whose foot is at y = 0.1."""
    return _any(_all(0.018 - x.abs(), 0.12 - y.abs()), _all(0.06 - x.abs(), 0.018 - (y + 0.04).abs()))


def _arch(x: Tensor, y: Tensor, width: float, height: float) -> Tensor:
    """Signed distance inside an opening with a round top."""
    return torch.minimum(width - length(x, (y + height - width).clamp(max=0)), height - y)


def basin(c: Canvas) -> Tensor:
    """A white washbasin under a chrome tap, before tiles: round, oval or nearly square, dry or with water in it."""
    x, y = c.frame(zoom=(0.75, 1.6), turn=0.15, shift=0.2)
    picture = _washroom(c, x, y)
    a = c.factor("half width", 0.7, 0.9, "half pictures")
    b = c.factor("half depth", 0.45, 0.62, "half pictures")
    power = c.factor("squareness", 2, 4, "exponent")
    rim, bowl = _squircle(x / a, y / b, power), _squircle(x / (0.85 * a), (y - 0.03) / (0.8 * b), power)
    picture = picture * (1 - 0.45 * soft_edge(1.1 - _squircle(x / a, (y - 0.1) / b, power), 0.2))[:, None]
    white, blue = c.colour("porcelain", (0.94, 0.95, 0.95), 0.06, 0.05), c.colour("water", (0.5, 0.76, 0.86), 0.1, 0.1)
    hollow = white * (0.58 + 0.3 * bowl.clamp(0, 1) ** 2 + 0.2 * y + 0.1 * x)[:, None]
    level = c.factor("level of water", -0.2, 0.8, "share of the bowl, dry below 0")
    picture = mix(picture, white, soft_edge(1 - rim, 0.06))
    picture = mix(picture, mix(hollow, blue, 0.7 * soft_edge(level - bowl, 0.06)), soft_edge(1 - bowl, 0.06))
    drain = length(x, (y - 0.08) * 1.5)
    picture = mix(picture, (0.25 + 0.5 * soft_edge(0.05 - drain))[:, None], soft_edge(0.1 - drain))
    return c.lit(_tap(c, picture, x, y + b), 0.2)


def _washroom(c: Canvas, x: Tensor, y: Tensor) -> Tensor:
    """A tiled wall above a counter of stone."""
    tiles = c.factor("tiles", 1.8, 3.5, "per half picture")
    from_joint = 0.5 - _any((fract(x * tiles) - 0.5).abs(), (fract(y * tiles) - 0.5).abs())
    wall = c.colour("tile", (0.68, 0.78, 0.78), 0.3, 0.2) * (1 - 0.3 * soft_edge(0.05 - from_joint, 0.08))[:, None]
    counter, grain = c.colour("counter", (0.48, 0.41, 0.37), 0.6, 0.2), c.colour("grain", (0.62, 0.57, 0.52), 0.4, 0.15)
    stone = mix(counter, grain, c.fbm(x * 4, y * 4, 0).sigmoid())
    return mix(wall, stone, soft_edge(y + c.factor("top of the wall", 0.35, 0.6, "half pictures above the middle")))


def _squircle(x: Tensor, y: Tensor, power: Tensor) -> Tensor:
    """A distance from the origin whose circles are round at power 2 and nearly square at 4."""
    return ((x * x + 1e-3) ** (power / 2) + (y * y + 1e-3) ** (power / 2)) ** (1 / power)


def _tap(c: Canvas, picture: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """A chrome spout over the rim at y = 0, with two handles."""
    reach = c.factor("spout", 0.15, 0.3, "half pictures over the rim")
    spout = _all(0.075 - x.abs(), y + 0.3, reach - y)
    ends = _any(0.11 - length(x, y + 0.27), 0.1 - length(x, (y - reach) * 1.5))
    handles = 0.085 - length(x.abs() - c.factor("handles", 0.22, 0.36, "half pictures from the spout"), y + 0.04)
    dark, bright = c.colour("dark chrome", (0.4, 0.43, 0.47)), c.colour("bright chrome", (0.93, 0.95, 0.97), 0.05)
    return mix(picture, mix(dark, bright, 0.5 + 0.5 * torch.cos(x * 40)), soft_edge(_any(spout, ends, handles)))


RECIPES = (stars, bubbles, feathers, baseball, shark, volcano, monastery, basin)
