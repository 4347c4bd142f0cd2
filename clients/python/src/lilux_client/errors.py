"""The one error class. Its code decides whether to try again."""

from __future__ import annotations

from typing import Any, Mapping, Optional, cast

from .error_table import ERRORS, ErrorCode, ErrorTraits
from .frames import ErrorBody


class LiluxError(Exception):
    """An error of the protocol's table: `code`, a sentence that names the next step, and public details."""

    def __init__(
        self, code: ErrorCode, message: Optional[str] = None, details: Optional[Mapping[str, Any]] = None
    ) -> None:
        self.code: ErrorCode = code
        self.message: str = ERRORS[code].sentence if message is None else message
        self.details: Optional[dict[str, Any]] = None if details is None else dict(details)
        super().__init__(f"{code}: {self.message}")

    @property
    def traits(self) -> ErrorTraits:
        return ERRORS[self.code]

    @property
    def retryable(self) -> bool:
        return self.traits.retryable

    def to_body(self) -> ErrorBody:
        body: ErrorBody = {"code": self.code, "message": self.message, "retryable": self.retryable}
        if self.details is not None:
            body["details"] = self.details
        return body

    @staticmethod
    def from_body(body: Mapping[str, Any]) -> LiluxError:
        """The error a server sent, as one of ours. A code that is not known here becomes `internal`."""
        code = body.get("code")
        message = body.get("message")
        details = body.get("details")
        return LiluxError(
            cast(ErrorCode, code) if code in ERRORS else "internal",
            message if isinstance(message, str) else None,
            details if isinstance(details, dict) else None,
        )
