import { LiluxError } from "@lilux/protocol";

/** The system takes 128 KiB for one argument, with its end. */
const FLAG_BYTES_MAX = 127 * 1024;
/** And a share of the stack for all of them. */
const FLAGS_BYTES_MAX = 1024 * 1024;

/**
 * Parameters as command line flags: `word_count` becomes `--word-count`, true is
 * a bare flag, false and null are left out, a list repeats its flag, an object
 * is JSON. Values are joined with `=`, so that one that begins with a dash is
 * still a value. Control parameters (`_timeout`) are left out. Throws
 * `invalid_inputs` for more than a command line holds.
 */
export function scriptFlags(parameters: Readonly<Record<string, unknown>>): string[] {
  const flags = Object.entries(parameters).flatMap(([name, value]) => {
    if (name.startsWith("_")) return [];
    const flag = `--${name.replaceAll("_", "-")}`;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const own = values.flatMap((single) => flagOf(flag, single));
    for (const one of own) assertFits(name, one);
    return own;
  });
  const bytes = flags.reduce((sum, flag) => sum + Buffer.byteLength(flag) + 1, 0);
  if (bytes > FLAGS_BYTES_MAX)
    throw unfit("parameters", `may hold at most ${FLAGS_BYTES_MAX / 1024} KiB in all`);
  return flags;
}

function assertFits(name: string, flag: string): void {
  if (Buffer.byteLength(flag) > FLAG_BYTES_MAX) {
    throw unfit(name, `may hold at most ${FLAG_BYTES_MAX / 1024} KiB`);
  }
  if (flag.includes("\0")) throw unfit(name, "may hold no zero character");
}

function unfit(field: string, problem: string): LiluxError {
  return new LiluxError("invalid_inputs", {
    message: `${field} ${problem}, as a command line. Put it into a file that the script may read, and name that.`,
    details: { field, fields: [{ field, problem }] },
  });
}

function flagOf(flag: string, value: unknown): string[] {
  if (value === undefined || value === null || value === false) return [];
  if (value === true) return [flag];
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return [`${flag}=${text}`];
}
