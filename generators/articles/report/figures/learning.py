"""A learning curve."""

import numpy as np
import plotly.graph_objects as go

from generators.articles.report.results.learning import Learning

BEFORE = 0.5
"""Where step 0 stands on the logarithmic axis."""


def learning_curve(result: Learning) -> go.Figure:
    """Accuracy against steps, on a logarithmic axis on which the untrained network stands at the left end."""
    x = np.where(result.steps == 0, BEFORE, result.steps)
    figure = go.Figure()
    for name, shares, colour, dash, symbol in (
        ("on examples it learned from", result.train, "var(--nf-4)", "dot", "square"),
        ("on held-out examples", result.test, "var(--nf-1)", "solid", "circle"),
    ):
        figure.add_scatter(
            x=x, y=shares, mode="lines+markers", name=name, line={"color": colour, "dash": dash, "width": 2},
            marker={"size": 6, "symbol": symbol},
            text=[f"step {step:,}: {share:.2%} {name}" for step, share in zip(result.steps, shares, strict=True)],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.add_hline(y=result.chance, line={"color": "var(--nf-muted)", "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=1, xref="paper", xanchor="right", y=result.chance, yanchor="top", showarrow=False, text="by chance",
        font={"color": "var(--nf-muted)", "size": 13},
    )  # fmt: skip
    powers = [10**power for power in range(int(np.log10(max(result.steps.max(), 1))) + 1)]
    figure.update_xaxes(
        title="steps of training", type="log", tickvals=[BEFORE, *powers],
        ticktext=["0", *(f"{power:,}" for power in powers)],
    )  # fmt: skip
    figure.update_yaxes(title="share that is right", tickformat=".0%")
    return figure.update_layout(
        height=380, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"}
    )
