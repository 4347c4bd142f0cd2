"""What a client says of its connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional

from .errors import LiluxError

#: `reconnecting` from the moment a connection is lost until `session-start` came again.
ConnectionState = Literal["connecting", "open", "reconnecting", "closed"]


@dataclass(frozen=True)
class StateChange:
    state: ConnectionState
    #: Why, when it was lost or refused.
    error: Optional[LiluxError] = None
    #: When the next attempt starts, in seconds from now.
    retry_in_s: Optional[float] = None


@dataclass(frozen=True)
class Backoff:
    """Waits between attempts: doubling from the first to the longest, each cut by a random share."""

    first_s: float = 0.25
    max_s: float = 10.0
