"""Commands of Lilux, from here."""

import subprocess

from .refused import Refused


def run_command(command: list[str], refusal: str) -> None:
    """Its own words say what is wrong; no traceback of ours follows them."""
    if subprocess.run(command, check=False).returncode != 0:
        raise Refused(refusal)
