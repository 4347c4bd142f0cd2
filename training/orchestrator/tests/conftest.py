"""Makes the training package importable, and says which tests cannot run without torch."""

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# Torch and what trains with it take some six gigabytes, so CI has an environment without it; these
# run wherever training does (LILUX_TRAINING_PYTHON). What else comes to need torch fails there until it is named here.
NEED_TORCH = ["test_files.py", "test_relay.py", "test_shared_prefix.py", "test_training.py"]
HAS_TORCH = all(importlib.util.find_spec(name) is not None for name in ("torch", "trl", "gguf"))

collect_ignore = [] if HAS_TORCH else NEED_TORCH


def pytest_terminal_summary(terminalreporter) -> None:
    if not HAS_TORCH:
        files = ", ".join(NEED_TORCH)
        terminalreporter.write_line(
            f"NOT RUN, for they need torch: {files}. "
            "Run them in an environment with training/orchestrator/requirements.lock."
        )
