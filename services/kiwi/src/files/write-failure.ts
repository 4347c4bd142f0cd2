import { LiluxError } from "@lilux/protocol";

type Reason = "full" | "forbidden" | "read_only" | "failed";

const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EACCES: "forbidden",
  EPERM: "forbidden",
  EROFS: "read_only",
  EIO: "failed",
};

const SENTENCES: Readonly<Record<Reason, string>> = {
  full: "The disk that holds the library is full. Free some space and call again.",
  forbidden:
    "The server may not write to the library's folder. Give its user write access to .ai and call again.",
  read_only: "The library lies on a file system that is mounted read-only. Mount it writable.",
  failed: "The disk that holds the library reports an error. Look at the server's log.",
};

/** What the system says about a write, as one of ours; anything unforeseen stays what it is. */
export function writeFailure(error: unknown): unknown {
  const code = errorCodeOf(error) ?? "";
  const reason = REASONS[code];
  if (reason === undefined) return error;
  return new LiluxError("library_unwritable", {
    message: `${SENTENCES[reason]} Nothing was changed.`,
    details: { reason },
    cause: error,
  });
}

export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
