"""Makes the training package importable, and says which tests cannot run without torch."""

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# Torch and what it brings take some five gigabytes, so CI has an environment without it; these
# run wherever training does. What else comes to need torch fails there until it is named here.
NEED_TORCH = ["test_blend.py", "test_bucketed.py", "test_export.py", "test_public_peers.py", "test_ranker.py"]
HAS_TORCH = importlib.util.find_spec("torch") is not None

collect_ignore = [] if HAS_TORCH else NEED_TORCH


def pytest_terminal_summary(terminalreporter) -> None:
    if not HAS_TORCH:
        files = ", ".join(NEED_TORCH)
        terminalreporter.write_line(
            f"NOT RUN, for they need torch: {files}. "
            "Run them in an environment with training/router/requirements.txt."
        )
