"""One palette in two themes: the site's CSS variables, plotly's templates, and the colours of stills.

A drawing names a colour by its role, ``var(--nf-positive)``; the theme decides which one it is. Positive is red and
negative blue, as in the sources, and neither ever speaks alone: a sign, a dash or a shape says it again. The highlight
is a ground, the yellow of a marker pen, on which the others stay legible. The six qualitative colours were chosen to
stay apart under protanopia, deuteranopia and tritanopia (Machado et al. 2009) and to be legible as text.
"""

import json
import re
from typing import Any, Literal, get_args

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

PALETTE: dict[Theme, dict[str, str]] = {
    "light": {
        "ink": "#1b1f27",
        "muted": "#565d6b",
        "faint": "#c9cdd6",
        "paper": "#ffffff",
        "surface": "#f4f5f7",
        "positive": "#c2242c",
        "negative": "#1a5fb4",
        "accent": "#5e35b1",
        "highlight": "#ffe993",
        "1": "#0a5494",
        "2": "#c92c69",
        "3": "#047b62",
        "4": "#7c5200",
        "5": "#632f69",
        "6": "#667429",
    },
    "dark": {
        "ink": "#e7e9ee",
        "muted": "#a9b0bf",
        "faint": "#434a59",
        "paper": "#16191f",
        "surface": "#222630",
        "positive": "#ff8a80",
        "negative": "#82b1ff",
        "accent": "#b9a3ff",
        "highlight": "#4a3f12",
        "1": "#7cbafc",
        "2": "#f183a2",
        "3": "#52dab5",
        "4": "#f6c683",
        "5": "#d196d7",
        "6": "#b2c94d",
    },
}
"""Theme -> role -> colour."""

QUALITATIVE = tuple(f"var(--nf-{index})" for index in range(1, 7))
"""Colours for up to six kinds of thing, in the order to use them."""
DIVERGING = [[0, "var(--nf-negative)"], [0.5, "var(--nf-paper)"], [1, "var(--nf-positive)"]]
"""A colour scale for signed values, with ``zmid=0``: nothing is drawn where the value is 0."""
SEQUENTIAL = [[0, "var(--nf-paper)"], [1, "var(--nf-accent)"]]
"""A colour scale for values that start at 0."""
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
)
"""What plots are lettered in: the page's ``--nf-sans``, by name, since plotly measures text outside the figure."""

_VARIABLE = re.compile(r"var\(--nf-([a-z0-9]+)\)")
_TRANSPARENT = "rgba(0,0,0,0)"


def css() -> str:
    """Write the palette as CSS variables: by the reader's theme on screen, always light in print."""
    light, dark = (
        f"  color-scheme: {theme};\n"
        + "".join(f"  --nf-{role}: {colour};\n" for role, colour in PALETTE[theme].items())
        for theme in THEMES
    )
    return (
        f":root,\n[data-md-color-scheme=default] {{\n{light}}}\n"
        f"[data-md-color-scheme=slate] {{\n{dark}}}\n"
        f"@media print {{\n:root,\n[data-md-color-scheme] {{\n{light}}}\n}}\n"
    )


def templates() -> dict[str, bytes]:
    """Write plotly's two templates, which figure.js fetches: file name -> bytes."""
    return {f"template-{theme}.json": _json(resolve(template(), theme)) for theme in THEMES}


def resolve(value: Any, theme: Theme) -> Any:
    """Put the theme's colours where ``value``, plain JSON, names them by role."""
    match value:
        case str() if "var(" in value:
            return _VARIABLE.sub(lambda found: PALETTE[theme][found[1]], value)
        case dict():
            return {key: resolve(inner, theme) for key, inner in value.items()}
        case list() | tuple():
            return [resolve(inner, theme) for inner in value]
    return value


def template() -> dict[str, Any]:
    """Describe how every plot looks, its colours by role."""
    ink, muted, faint, surface = (f"var(--nf-{role})" for role in ("ink", "muted", "faint", "surface"))
    axis = {
        "automargin": True,
        "gridcolor": faint,
        "linecolor": muted,
        "tickcolor": muted,
        "tickfont": {"color": muted},
        "title": {"standoff": 12},
        "zerolinecolor": muted,
        "zerolinewidth": 1,
    }
    axis_3d = {"backgroundcolor": _TRANSPARENT, "gridcolor": faint, "linecolor": muted, "zerolinecolor": muted}
    colorbar = {
        "outlinewidth": 0,
        "thickness": 14,
        "ticks": "outside",
        "tickcolor": muted,
        "tickfont": {"color": muted},
    }
    coloured = {"colorscale": SEQUENTIAL, "colorbar": colorbar}
    return {
        "layout": {
            "autotypenumbers": "strict",
            "coloraxis": {"colorbar": colorbar},
            "colorscale": {
                "diverging": DIVERGING,
                "sequential": SEQUENTIAL,
                "sequentialminus": [[0, "var(--nf-negative)"], [1, "var(--nf-paper)"]],
            },
            "colorway": list(QUALITATIVE),
            "font": {"color": ink, "family": FONTS, "size": 14},
            "hoverlabel": {"align": "left", "bgcolor": surface, "bordercolor": muted, "font": {"color": ink}},
            "hovermode": "closest",
            "legend": {"bgcolor": _TRANSPARENT},
            "margin": {"b": 56, "l": 64, "r": 24, "t": 32},
            "modebar": {"activecolor": "var(--nf-accent)", "bgcolor": _TRANSPARENT, "color": muted},
            "paper_bgcolor": _TRANSPARENT,
            "plot_bgcolor": _TRANSPARENT,
            "scene": {
                "camera": {"eye": {"x": 1.75, "y": 1.75, "z": 1.2}},
                "xaxis": axis_3d,
                "yaxis": axis_3d,
                "zaxis": axis_3d,
            },
            "title": {"font": {"size": 16}, "x": 0.02},
            "xaxis": axis,
            "yaxis": axis,
        },
        "data": {
            "bar": [{"marker": {"line": {"color": "var(--nf-paper)", "width": 0.5}}}],
            "contour": [coloured],
            "heatmap": [coloured],
            "histogram": [{"marker": {"line": {"color": "var(--nf-paper)", "width": 0.5}}}],
            "mesh3d": [{"colorbar": colorbar}],
            "scatter": [{"marker": {"size": 8}}],
            "surface": [coloured],
        },
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
