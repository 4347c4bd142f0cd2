import { readFile } from "node:fs/promises";
import { LiluxError, type Parser } from "@lilux/protocol";

/** Rows of a JSONL file. Throws `invalid_request` naming file and line of the first that is wrong. */
export async function readRows<T>(file: string, parser: Parser<T>): Promise<T[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new LiluxError("invalid_request", { message: `${file} cannot be read.`, cause });
  });
  return text.split("\n").flatMap((line, at) => {
    if (line.trim() === "") return [];
    try {
      return [parser.parse(JSON.parse(line))];
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new LiluxError("invalid_request", {
        message: `${file}, line ${at + 1}: ${why}`,
        cause,
      });
    }
  });
}

export function rowsText(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
