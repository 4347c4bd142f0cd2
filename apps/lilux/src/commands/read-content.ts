import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { LiluxError } from "@lilux/protocol";

/** An item's whole file, or what is piped in as `-`; what is not text is refused before anything is sent. */
export async function readContent(path: string): Promise<string> {
  try {
    const bytes = path === "-" ? await buffer(process.stdin) : await readFile(path);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new LiluxError("invalid_request", {
      message: `--content ${path} cannot be read as UTF-8 text${code}. Name the item's file, or pipe it in and write --content -.`,
      details: { field: "content" },
      cause: error,
    });
  }
}
