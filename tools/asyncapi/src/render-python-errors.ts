import { ERRORS } from "@lilux/protocol";

/** The table of errors as the Python client has it, from the one table there is. */
export function renderPythonErrors(): string {
  const codes = Object.entries(ERRORS);
  const names = codes.map(([code]) => `    ${JSON.stringify(code)},`);
  const rows = codes.map(([code, { category, http, close, retryable, sentence }]) =>
    [
      `    ${JSON.stringify(code)}: ErrorTraits(`,
      `        category=${JSON.stringify(category)},`,
      `        http=${http},`,
      `        close=${close ?? "None"},`,
      `        retryable=${retryable ? "True" : "False"},`,
      `        sentence=${JSON.stringify(sentence)},`,
      "    ),",
    ].join("\n"),
  );
  return `"""The protocol's table of errors. Written by \`npm run docs:asyncapi\` from packages/protocol/src/errors.ts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional

ErrorCategory = Literal["input", "access", "library", "dependency", "capacity", "operator"]


@dataclass(frozen=True)
class ErrorTraits:
    """How each door shows an error, whether it is worth trying again, and what a person sees."""

    category: ErrorCategory
    http: int
    #: WebSocket close code, where the connection cannot go on.
    close: Optional[int]
    retryable: bool
    sentence: str


ErrorCode = Literal[
${names.join("\n")}
]

ERRORS: dict[ErrorCode, ErrorTraits] = {
${rows.join("\n")}
}
`;
}
