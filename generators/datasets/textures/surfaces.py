"""Surfaces made by people and bees: patterns that repeat, and two that were grown and then polished."""

from collections.abc import Sequence

import torch
from torch import Tensor

from generators.datasets.textures.canvas import PI, Canvas, bump, fract, length, mix, soft_edge


def _aslant(c: Canvas, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """See a plane from the side: one edge of the picture further away than the other."""
    right, below = (c.factor(f"aslant {way}", -0.14, 0.14, "share of the distance") for way in ("right", "below"))
    near = 1 + right * c.x + below * c.y
    return x / near, y / near


def honeycomb(c: Canvas) -> Tensor:
    """Wax walls around hexagonal cells, lit from one side."""
    x, y = _aslant(c, *c.frame(zoom=(0.7, 1.5)))
    cells = c.factor("cells", 2.8, 4.2, "per half picture")
    x, y, tall = x * cells, y * cells, 3**0.5
    here = (x + 0.5).remainder(1) - 0.5, y.remainder(tall) - tall / 2
    there = x.remainder(1) - 0.5, (y + tall / 2).remainder(tall) - tall / 2
    nearer = here[0] ** 2 + here[1] ** 2 < there[0] ** 2 + there[1] ** 2
    dx, dy = (torch.where(nearer, a, b) for a, b in zip(here, there, strict=True))
    distance = torch.maximum(dx.abs(), dx.abs() / 2 + dy.abs() * tall / 2)  # 0.5 on the hexagon's edge
    fill = c.chance(torch.floor((x - dx) * 2 + 0.5), torch.floor((y - dy) * 2 / tall + 0.5))
    depth = (0.9 * fill + 0.25 * (dx + dy)).clamp(0, 1)
    inside = mix(c.colour("shade", (0.45, 0.22, 0.03)), c.colour("honey", (0.95, 0.62, 0.1)), depth)
    inside = inside * (1 - 0.5 * soft_edge(distance - 0.28, 0.2))[:, None]
    wall = soft_edge(distance - c.factor("opening", 0.36, 0.43, "share of a cell"), 0.06)
    return c.lit(mix(inside, c.colour("wax", (1.0, 0.8, 0.3)), wall))


def brick(c: Canvas) -> Tensor:
    """Courses of fired bricks, no two alike, in mortar."""
    x, y = _aslant(c, *c.frame(zoom=(0.65, 1.5), turn=0.5))
    courses = c.factor("courses", 2.5, 4, "per half picture")
    long = c.factor("length", 2, 2.9, "heights")
    soil = c.noise(x * 6, y * 6, 2)
    y = y * courses
    row = torch.floor(y)
    x = x * courses / long + row.remainder(2) * c.factor("bond", 0.3, 0.5, "share of a brick")
    column = torch.floor(x)
    right, below = x - column - 0.5, y - row - 0.5
    inwards = torch.minimum((0.5 - right.abs()) * long, 0.5 - below.abs())  # from the brick's edge, in heights
    clay = mix(
        c.colour("burnt clay", (0.42, 0.16, 0.12), 0.35),
        c.colour("clay", (0.78, 0.33, 0.22), 0.2, 0.12),
        c.chance(column, row),
    )
    clay = clay * (0.75 + 0.12 * soil + 0.35 * inwards)[:, None]
    mortar = c.colour("mortar", (0.72, 0.69, 0.65), 0.4) * (1 + 0.06 * soil)[:, None]
    joint = c.factor("joint", 0.05, 0.11, "half heights")
    return c.lit(mix(mortar, clay, soft_edge(inwards - joint + 0.025 * soil, 0.09)))


def cloth(c: Canvas) -> Tensor:
    """Threads over and under one another, one by one or two by two; the cloth may be checked, and hangs in folds."""
    x, y = c.frame(zoom=(0.7, 1.6))
    fold = torch.sin(x * c.factor("folds", 0.8, 2, "radians per half picture") + c.noise(x * 0.7, y * 0.7, 4))
    deep = c.factor("fold depth", 0.05, 0.35, "share of brightness")
    slack = c.factor("slack", 0, 0.4, "threads") * c.noise(x * 1.5, y * 1.5, 1)
    threads = c.factor("threads", 5, 9, "per half picture")
    x, y = x * threads + slack, y * threads + slack + 4 * deep * fold
    column, row = torch.floor(x), torch.floor(y)
    run = 1 + c.choice("weave", "plain", "twill")
    above = (row - column).remainder(2 * run) < run  # the warp, which runs down, above the weft
    along = torch.where(
        above, (row - column).remainder(2 * run) + y - row, (column - row).remainder(2 * run) + x - column - 1
    )
    across = torch.where(above, x - column, y - row)
    shade = torch.sin(PI * across) * (1 - (2 * along / run - 1) ** 4)  # 0 all around, where another thread begins
    shade = shade * (1 + 0.16 * torch.sin(2 * PI * (2 * along + 1.2 * across)))  # the twist of the yarn
    warp, weft = c.colour("warp", (0.45, 0.36, 0.45), 0.5, 0.36), c.colour("weft", (0.78, 0.73, 0.66), 0.2, 0.2)
    band = c.count("band", 3, 7)
    dyed = (torch.where(above, column, row).remainder(2 * band) < band).float()
    checked = c.choice("dye", "each way its own", "checked")
    share = torch.where(checked > 0, dyed, (~above).float() * c.factor("contrast", 0.2, 1, "share"))
    return c.lit(mix(warp, weft, share) * ((0.44 + 0.62 * shade) * (1 + deep * fold))[:, None])


def tiles(c: Canvas) -> Tensor:
    """Glazed square tiles with an ornament in the middle of each and one where four corners meet."""
    x, y = _aslant(c, *c.frame(zoom=(0.65, 1.5)))
    count = c.factor("tiles", 1.2, 2.2, "per half picture")
    x, y = x * count, y * count
    column, row = torch.floor(x), torch.floor(y)
    right, below = (x - column - 0.5).abs(), (y - row - 0.5).abs()  # from the middle of a tile, 0.5 at its edge
    glaze, white = c.colour("glaze", (0.42, 0.4, 0.46), 0.4, 0.38), c.colour("white", (0.93, 0.92, 0.88), 0.08)
    ground = (column + row).remainder(2) * c.choice("ground", "plain", "chequered")
    roundness = c.factor("roundness", 0, 1, "share of a circle, else a diamond")
    size, ring = c.factor("ornament", 0.18, 0.38, "share of a tile"), c.factor("ring", 0.09, 0.2, "share of a tile")
    corner = c.factor("corner", -0.05, 0.28, "share of a tile")
    middle = _between(right, below, roundness)
    marks = soft_edge(ring / 2 - (middle - size + ring / 2).abs(), 0.05)
    marks = marks + soft_edge(corner - _between(0.5 - right, 0.5 - below, roundness), 0.05)
    tile = mix(white, glaze, ground + marks - 2 * ground * marks)
    shine = c.factor("shine", 0, 0.4, "share of white") * bump(x - column - 0.3, 0.2) * bump(y - row - 0.3, 0.2)
    grout = c.factor("grout", 0.02, 0.055, "share of a tile")
    inside = soft_edge(0.5 - grout - torch.maximum(right, below), 0.035)
    return c.lit(mix(c.colour("grout colour", (0.55, 0.53, 0.5), 0.4), tile + shine[:, None], inside), 0.2)


def _between(right: Tensor, below: Tensor, roundness: Tensor) -> Tensor:
    """A distance between that of a diamond (0) and that of a circle (1)."""
    diamond, circle = right + below, length(right, below)
    return diamond + (circle - diamond) * roundness


def knit(c: Canvas) -> Tensor:
    """Columns of stitches, each a V of two arms of twisted yarn, in one colour or in stripes."""
    x, y = c.frame(zoom=(0.6, 1.5))
    stitches = c.factor("stitches", 1.7, 3.2, "per half picture")
    x, y = x * stitches, y * stitches * c.factor("height", 1.1, 1.6, "stitches per width")
    arm = (fract(x) - 0.5).abs()  # 0 in the middle of a column, 0.5 at its edge
    y = y + arm * c.factor("slant", 1.3, 2, "stitches per width")
    row = torch.floor(y)
    across, along = 4 * arm - 1, y - row - 0.5
    ply = torch.sin(2 * PI * (along * 2 + across * c.factor("twist", 0.3, 0.7, "turns per arm")))
    shade = (1 - 0.85 * across * across) * torch.cos(PI * along) + 0.09 * ply
    period = c.count("stripe", 2, 5)
    striped = (row.remainder(2 * period) < period).float() * c.choice("stripes", "one colour", "striped")
    wool, other = c.colour("wool", (0.62, 0.36, 0.36), 0.5, 0.38), c.colour("other wool", (0.82, 0.77, 0.72), 0.25, 0.2)
    fluff = c.noise(x * 3, y * 3, 2) * c.factor("fluff", 0.02, 0.1, "share of brightness")
    return c.lit(mix(wool, other, striped) * (0.2 + 0.95 * shade + fluff)[:, None])


def maze(c: Canvas) -> Tensor:
    """A maze without loops: each corner of a grid grows one wall, to the right or downwards (a binary tree)."""
    x, y = _aslant(c, *c.frame(zoom=(0.65, 1.5), turn=0.6))
    cells = c.factor("cells", 2.4, 4, "per half picture")
    x, y = x * cells, y * cells
    column, row = torch.floor(x), torch.floor(y)
    right, below = x - column, y - row
    nearer_right, nearer_below = (right > 0.5).float(), (below > 0.5).float()
    right, below = torch.minimum(right, 1 - right), torch.minimum(below, 1 - below)  # to the nearest lines
    flat = c.chance(column, row + nearer_below) > 0.5
    upright = c.chance(column + nearer_right, row) <= 0.5
    away = torch.maximum(right, below)  # from the nearest corner
    away = torch.where(flat, torch.minimum(away, below), away)
    away = torch.where(upright, torch.minimum(away, right), away)
    wall = soft_edge(c.factor("wall", 0.1, 0.22, "share of a cell") - away, 0.06)
    dark, pale = c.colour("dark", (0.16, 0.25, 0.2), 0.6, 0.16), c.colour("pale", (0.88, 0.87, 0.82), 0.14, 0.1)
    negative = c.choice("walls", "dark", "pale")
    return c.lit(mix(pale, dark, wall + negative - 2 * wall * negative), 0.2)


def lattice(c: Canvas) -> Tensor:
    """A garden trellis: two families of bars, woven or nailed, before leaves and sky out of focus."""
    garden = mix(
        c.colour("leaves", (0.2, 0.4, 0.16), 0.4, 0.12),
        c.colour("sky", (0.6, 0.76, 0.88), 0.25, 0.15),
        soft_edge(c.fbm(c.x * 2.5, c.y * 2.5, 3, 2) + c.factor("sky share", -0.8, 0.8, "levels of noise"), 1.0),
    )
    x, y = c.frame(zoom=(0.65, 1.5))
    bars = c.factor("bars", 1.4, 2.2, "per half picture")
    lean = c.factor("lean", -0.35, 0.35, "slope")  # how far the two families are from crossing at right angles
    x, y = (x + lean * y) * bars, (y + lean * x) * bars
    column, row = torch.floor(x), torch.floor(y)
    right, below = x - column - 0.5, y - row - 0.5
    width = c.factor("width", 0.11, 0.19, "half bar distances")
    woven = (column + row).remainder(2) * c.choice("crossing", "nailed", "woven")
    upright, flat = (_bar(c, at, along, width) for at, along in ((right, y), (below, x)))
    above = woven * flat[0] * upright[0]  # where a flat bar hides an upright one
    shadow = torch.maximum(soft_edge(width - (right - 0.08).abs(), 0.2), soft_edge(width - (below - 0.08).abs(), 0.2))
    wood = c.colour("wood", (0.72, 0.6, 0.46), 0.4, 0.16)
    picture = mix(garden * (1 - 0.45 * shadow)[:, None], wood * flat[1][:, None], flat[0])
    edge = 1 - 0.35 * soft_edge(width * 1.5 - below.abs(), 0.1) * woven
    return c.lit(mix(picture, wood * (upright[1] * edge)[:, None], upright[0] - above))


def _bar(c: Canvas, across: Tensor, along: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
    """Where a round bar is and how bright it is, with the fibres of its wood."""
    shade = 1.05 - 0.5 * ((across + 0.3 * width) / width).clamp(-1.5, 1.5) ** 2
    return soft_edge(width - across.abs(), 0.06), shade + 0.06 * torch.sin(along * 7 + across * 20)


def rope(c: Canvas) -> Tensor:
    """One rope or several turns of it side by side, laid from strands, on a ground."""
    ground = c.backdrop()
    x, y = c.frame(zoom=(0.65, 1.5), shift=0.35)
    bend = torch.sin(x * c.factor("bends", 1, 2.6, "radians per half picture") + c.factor("bend", -PI, PI, "radians"))
    y = y + bend * c.factor("sway", 0, 0.2, "half pictures")
    thick = c.factor("thickness", 0.4, 0.65, "half pictures")
    turns = c.count("turns", 1, 4)
    inside = y / thick + turns / 2  # 0 at the first turn's edge, ``turns`` at the last one's
    turn = torch.minimum(torch.floor(inside).clamp(min=0), turns - 1)
    across = 2 * (inside - turn) - 1  # −1 to 1 on each turn
    lay = 1 - 2 * turn.remainder(2) * c.choice("lay", "all turns the same", "turn by turn the other way")
    strands = x / thick * c.factor("strands", 1.8, 3, "per thickness") + c.chance(turn, turn) * 3
    phase = fract(strands + lay * across * c.factor("slant", 0.5, 0.8, "strands per half thickness"))
    fibre = torch.sin(2 * PI * (phase - lay * across))
    shade = (4 * phase * (1 - phase) + 0.12 * fibre) * (1 - 0.75 * across * across).clamp(0)
    hemp, dyed = c.colour("hemp", (0.84, 0.7, 0.48), 0.22, 0.1), c.colour("dye", (0.62, 0.5, 0.52), 0.4, 0.38)
    yarn = mix(hemp, dyed, (c.count("yarn", 0, 3) == 3).float())
    laid = yarn * (0.18 + 0.95 * shade)[:, None]
    edge = turns / 2 - (y / thick).abs()
    shadow = soft_edge(turns / 2 + 0.15 - (y / thick - 0.12).abs(), 0.35)
    return c.lit(mix(ground * (1 - 0.5 * shadow)[:, None], laid, soft_edge(edge, 0.09)))


STONES = (
    ((0.93, 0.93, 0.92), (0.74, 0.76, 0.79), (0.36, 0.38, 0.43)),
    ((0.94, 0.92, 0.88), (0.82, 0.79, 0.74), (0.55, 0.44, 0.3)),
    ((0.08, 0.08, 0.09), (0.2, 0.2, 0.22), (0.9, 0.89, 0.86)),
    ((0.1, 0.27, 0.2), (0.2, 0.42, 0.32), (0.82, 0.9, 0.84)),
    ((0.83, 0.6, 0.55), (0.92, 0.78, 0.72), (0.5, 0.22, 0.2)),
)
"""Marbles: white, cream, black, green and rose, each with the colours of its ground, its clouds and its veins."""


def marble(c: Canvas) -> Tensor:
    """Polished stone: clouds, and veins that run one way, part and join again, between hairs and broad smudges."""
    x, y = c.frame(zoom=(0.6, 1.5))
    cloud, drift = c.fbm(x * 1.2, y * 0.8, 0, 3), c.noise(x * 1.5 + 3, y * 1.1, 4)
    run = x * c.factor("veins", 0.8, 1.7, "per half picture")
    unrest = c.factor("unrest", 0.12, 0.36, "veins")
    main = run + unrest * cloud
    branch = main + 0.5 * drift
    across = 0.5 * run + 0.9 * y + 0.35 * (cloud - drift)
    broad = c.factor("breadth", 0.02, 0.09, "half pictures")
    strength = soft_edge(drift + 0.5, 1.5)
    lines = (
        0.95 * strength * _vein(main, broad * strength + 0.03),
        0.85 * soft_edge(drift + 0.4, 1.0) * _vein(branch, 0.035),
        0.6 * soft_edge(cloud, 1.0) * _vein(across, 0.03),
    )
    stone = c.count("stone", 0, len(STONES) + 1)
    ground, clouds, vein = (_of_kind(stone, colours) for colours in zip(*STONES, strict=True))
    smudge = bump(torch.sin(PI * main), 0.5) * strength
    polished = mix(ground, clouds, (0.75 * soft_edge(cloud, 1.6) + 0.5 * smudge).clamp(0, 1))
    bare = (1 - lines[0]) * (1 - lines[1]) * (1 - lines[2])  # where no vein runs
    tinted = mix(vein, polished, bare) * c.colour("tint", (0.97, 0.97, 0.97), 0.06, 0.03)
    return c.lit(tinted + _gleam(c)[:, None])


def _gleam(c: Canvas) -> Tensor:
    """A band of light on a polished face."""
    slope = c.factor("gleam slope", -1, 1, "right per down")
    across = c.x + c.y * slope - c.factor("gleam place", -1, 1, "half pictures")
    return c.factor("gleam", 0, 0.25, "share of white") * bump(across, 0.3)


def _vein(path: Tensor, width: Tensor | float) -> Tensor:
    """1 on the lines where ``path`` is whole; ``width`` is in half pictures however fast the path runs there."""
    down, right = torch.gradient(path, spacing=2 / path.shape[-1], dim=(1, 2))
    speed = (right * right + down * down + 0.1).sqrt()
    return bump(torch.sin(PI * path) / PI / speed, width)


def _of_kind(kind: Tensor, colours: Sequence[Sequence[float]]) -> Tensor:
    """The colour of each picture's kind; kinds past the last one are of the first."""
    places = kind.flatten().long()
    return torch.tensor(colours, device=kind.device)[places * (places < len(colours))][:, :, None, None]


def wood(c: Canvas) -> Tensor:
    """Growth rings cut lengthwise, around a knot, in one panel or in boards."""
    x, y = c.frame(zoom=(0.6, 1.5))
    wide = c.factor("board", 0.5, 0.9, "half pictures")
    boards = c.choice("boards", "one panel", "boards")
    board = torch.floor(x / wide) * boards
    from_joint = (0.5 - (fract(x / wide) - 0.5).abs()) * wide
    right, below = (c.factor(f"knot {way}", -1.4, 1.4, "half pictures") for way in ("right", "below"))
    knot = bump(length(x - right, (y - below) * 0.6), 0.3)
    y = y + 7 * c.chance(board, board)  # no board continues its neighbour
    warp = c.noise(x * 1.2, y * 0.4, 0)
    rings = x * c.factor("rings", 2.5, 5, "per half picture") + c.factor("waviness", 0.5, 1.6, "rings") * warp
    ring = fract(rings + 2.5 * knot + board)
    late = 1.6 * ring**2 * (1 - ring**6)  # dark and hard at the end of each year, then a sharp new start
    fibre = c.noise(x * 14, y * 1.1, 2)
    pale = c.colour("early wood", (0.78, 0.58, 0.38), 0.36, 0.12)
    dark = c.colour("late wood", (0.48, 0.29, 0.16), 0.4, 0.06)
    timber = mix(pale, dark, (late * 0.85 + 0.1 * fibre + 0.2 * knot).clamp(0, 1))
    joint = soft_edge(0.03 - from_joint, 0.04) * boards
    return c.lit(timber * (1 - 0.7 * joint)[:, None])


RECIPES = (honeycomb, brick, cloth, tiles, knit, maze, lattice, rope, marble, wood)
