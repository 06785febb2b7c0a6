"""Single objects of the procedural picture set: they are as large, and where, and as many as their factors say."""

import math

import pytest
import torch
from torch import Tensor

from generators.datasets import textures
from generators.datasets.textures.canvas import Canvas
from generators.datasets.textures.things import _all, _any, _scattered, _squircle

PLAIN = {"haze": 0.0, "light right": 0.0, "light below": 0.0}


def render(name: str, n: int = 12, seed: int = 0, **wanted: float) -> Tensor:
    """Pictures in clear air and even light with the factors asked for, an underscore for a blank."""
    z = torch.randn(n, textures.CODE_SIZE, generator=torch.Generator().manual_seed(seed))
    known = textures.factors(name, z)
    for factor, value in (PLAIN | {key.replace("_", " "): value for key, value in wanted.items()}).items():
        if factor in known:
            z = textures.code_with(name, z, factor, value)
    return textures.render(name, z)


def middle_of(shares: Tensor) -> Tensor:
    """The centre of mass of fields (n, 64, 64), to the right and downwards in half pictures: (n, 2)."""
    centres = (torch.arange(textures.SIZE) + 0.5) / textures.SIZE * 2 - 1
    total = shares.sum((1, 2))
    return torch.stack([(shares * centres).sum((1, 2)), (shares * centres[:, None]).sum((1, 2))], 1) / total[:, None]


def redness(picture: Tensor) -> Tensor:
    return (picture[:, 0] - picture[:, 1] - 0.2).clamp(min=0)


def test_a_scattered_disc_stays_in_its_square():
    canvas = Canvas(torch.randn(8, textures.CODE_SIZE, generator=torch.Generator().manual_seed(1)))
    x, y = canvas.x * 5, canvas.y * 5
    dx, dy, chance = _scattered(canvas, x, y, 0, (0.1, 0.45))
    radius = 0.1 + 0.35 * chance
    for at, off in ((x, dx), (y, dy)):
        centre = at - off - torch.floor(at)  # 0 to 1 within its square
        assert (centre - radius).min() > -1e-4 and (centre + radius).max() < 1 + 1e-4
        assert centre.std() > 0.1


def test_shapes_within_all_and_within_any():
    first, second = torch.tensor([1.0, 1.0, -1.0]), torch.tensor([2.0, -2.0, -2.0])
    assert _all(first, second).tolist() == [1, -2, -2] and _any(first, second).tolist() == [2, 1, -1]


def test_a_squircle_goes_from_a_circle_to_a_square():
    angle = torch.linspace(0, 2 * math.pi, 50)
    x, y = 2 * torch.cos(angle), 2 * torch.sin(angle)
    torch.testing.assert_close(_squircle(x, y, torch.tensor(2.0)), torch.full_like(x, 2.0), atol=1e-3, rtol=0)
    torch.testing.assert_close(_squircle(x, y, torch.tensor(60.0)), _any(x.abs(), y.abs()), atol=0.03, rtol=0)


@pytest.mark.parametrize("zoom", [-1, -0.6, -0.3])
def test_a_ball_covers_the_area_of_its_disc(zoom):
    """No ground is seen where pictures on grass and at sea agree; a shadow nearly halves their difference."""
    grass, sea = (render("baseball", zoom=zoom, across=0, down=0, backdrop=kind) for kind in (1, 2))
    bare = (grass - sea).abs().amax(1)
    ball = (bare < bare.flatten(1).amax(1)[:, None, None] * 0.25).float().mean((1, 2))
    expected = math.pi * 4**zoom / 4  # half pictures squared, of the picture's four
    assert ball.median() == pytest.approx(expected, abs=0.025)


def test_close_ups_of_a_ball_are_of_its_stitches():
    centre = slice(12, 52)
    near = redness(render("baseball", 40, zoom=1.3))[:, centre, centre]
    assert ((near > 0.1).float().mean((1, 2)) > 0.04).all()


@pytest.mark.parametrize(("facing", "side"), [(0, -1), (1, 1)])
def test_a_shark_faces_the_side_it_says(facing, side):
    mouth = middle_of(redness(render("shark", facing=facing, zoom=0.8, across=-0.1, angle=0)))
    assert (mouth[:, 0] * side > 0).all()


def test_the_mouth_of_a_shark_moves_as_said():
    given = {"facing": 0, "zoom": 0.8, "angle": 0, "across": -0.1, "down": 0, "mouth_angle": 0}
    low, high = (middle_of(redness(render("shark", mouth_down=down, **given))) for down in (0.32, 0.22))
    assert (low - high)[:, 1].median() == pytest.approx(0.8 * 0.1, abs=0.01)
    right, left = (middle_of(redness(render("shark", mouth_across=across, **given))) for across in (-0.22, -0.4))
    assert (right - left)[:, 0].median() == pytest.approx(0.8 * 0.18, abs=0.015)


def test_more_water_in_a_basin_is_more_blue():
    blue = [
        (picture[:, 2] - picture[:, 0]).mean().item()
        for picture in (render("basin", level_of_water=level) for level in (-0.2, 0.3, 0.6, 0.8))
    ]
    assert blue == sorted(blue) and blue[-1] - blue[0] > 0.02


def test_night_falls_over_a_volcano():
    day, night = (render("volcano", dusk=dusk, density_of_smoke=0.4)[:, :, :8, -8:] for dusk in (-1, 1))
    assert (day.mean((2, 3))[:, 2] > night.mean((2, 3))[:, 2]).all()
