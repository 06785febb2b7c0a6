"""Pictures with patches on, and how often each kind of patch changes the answer."""

import plotly.graph_objects as go

from generators.articles.report.results.patches import Worn
from generators.drawing import Pictures

LINES = (("solid", "circle"), ("dot", "square"), ("dash", "diamond"), ("dashdot", "triangle-up"))


def patched(result: Worn) -> Pictures:
    """Show the same pictures bare and with each kind of patch; those called the target are framed."""
    rows = ["no patch", *result.kinds]
    shown = result.answer.shape[1]
    label = [result.labels[answer] for answer in result.answer.flat]
    return Pictures(
        result.pictures.reshape(-1, *result.pictures.shape[2:]),
        rows=[(name, shown) for name in rows],
        about=[
            {"patch": rows[k // shown], "picture": k % shown, "label": result.source, "answer": answer}
            for k, answer in enumerate(label)
        ],
        captions=label,
        marked=[answer == result.target for answer in label],
    )


def patch_effect(result: Worn) -> go.Figure:
    """The share of pictures called the target against the side of the patch, a line a kind."""
    figure = go.Figure()
    for kind, (name, (dash, symbol)) in enumerate(zip(result.kinds, LINES, strict=True)):
        share = result.share[kind]
        figure.add_scatter(
            x=result.sizes, y=share, name=name, mode="lines+markers",
            line={"color": f"var(--nf-{kind + 1})", "dash": dash, "width": 2}, marker={"symbol": symbol, "size": 8},
            error_y={
                "type": "data", "array": result.high[kind] - share, "arrayminus": share - result.low[kind],
                "thickness": 1, "width": 3,
            },
            text=[f"{name}, {size} px: {each:.1%}" for size, each in zip(result.sizes, share, strict=True)],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="side of the patch (pixels)", tickvals=result.sizes)
    figure.update_yaxes(title=f"share called {result.target}", tickformat=".0%", range=[-0.03, 1.03])
    return figure.update_layout(
        height=400, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"}
    )
