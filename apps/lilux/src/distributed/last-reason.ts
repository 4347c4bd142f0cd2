import { readFileSync } from "node:fs";

/** What the log of a process that ended says of why: of the last line that tells a reason. */
export function lastReason(logFile: string): string | undefined {
  const lines = readLines(logFile).reverse();
  return lines.map(reasonOf).find((reason) => reason !== undefined);
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

function reasonOf(line: string): string | undefined {
  try {
    const { level, reason, err } = JSON.parse(line) as {
      level?: string;
      reason?: string;
      err?: { message?: string };
    };
    return level === "fatal" ? (reason ?? err?.message) : undefined;
  } catch {
    return undefined;
  }
}
