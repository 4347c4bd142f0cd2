import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { putFile } from "./put-file.ts";
import { SYSTEM_FILES } from "./writing-files.ts";

/** Puts a whole file in place of whatever is there. Makes its folder. */
export async function replaceFile(
  path: string,
  text: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await putFile(SYSTEM_FILES, { path, text, mode, as: "replacement" });
}
