/**
 * Parameters as command line flags: `word_count` becomes `--word-count`, true is
 * a bare flag, false and null are left out, a list repeats its flag, an object
 * is JSON. Values are joined with `=`, so that one that begins with a dash is
 * still a value. Control parameters (`_timeout`) are left out.
 */
export function scriptFlags(parameters: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    if (name.startsWith("_")) return [];
    const flag = `--${name.replaceAll("_", "-")}`;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((single) => flagOf(flag, single));
  });
}

function flagOf(flag: string, value: unknown): string[] {
  if (value === undefined || value === null || value === false) return [];
  if (value === true) return [flag];
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return [`${flag}=${text}`];
}
