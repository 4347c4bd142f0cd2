/** What the command's exit code tells a script. Listed in `lilux --help`. */
export const EXIT = {
  ok: 0,
  /** The instance answered with an error. */
  failed: 1,
  /** The command was not written as it takes it. */
  usage: 2,
  /** No instance could be reached or started. */
  unreachable: 3,
  /** A destructive call was not confirmed, and did not run. */
  unconfirmed: 4,
} as const;
