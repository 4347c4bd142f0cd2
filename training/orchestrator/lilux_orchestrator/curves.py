"""What was lost at each step, as a picture beside the run."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402


def draw(history: list[dict], file: Path) -> None:
    """The loss of training, and of what was held out where it was looked at."""
    trained = [(one["step"], one["loss"]) for one in history if "loss" in one]
    held = [(one["step"], one["eval_loss"]) for one in history if "eval_loss" in one]
    # The same run draws the same file.
    with pyplot.rc_context({"svg.hashsalt": "lilux", "font.size": 10}):
        figure, axes = pyplot.subplots(figsize=(7, 3.6), layout="constrained")
        for points, name, style in ((trained, "training", {"alpha": 0.55}), (held, "held out", {"marker": "o"})):
            if points:
                axes.plot(*zip(*points), label=name, **style)
        axes.set_xlabel("step")
        axes.set_ylabel("loss a trained token")
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend()
        figure.savefig(file, format="svg", metadata={"Date": None})
        pyplot.close(figure)
