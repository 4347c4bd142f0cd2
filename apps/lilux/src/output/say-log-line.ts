/**
 * A line of the log as a person at a terminal reads it, where it says what is the matter and what
 * helps; undefined for every other line, which stays the JSON it is.
 */
export function sayLogLine(line: string): string | undefined {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof told !== "object" || told === null) return undefined;
  const { msg, detail, fix }: Partial<Record<string, unknown>> = { ...told };
  if (typeof msg !== "string" || typeof detail !== "string" || typeof fix !== "string") {
    return undefined;
  }
  return `lilux: ${msg}: ${detail}. ${fix}\n`;
}
