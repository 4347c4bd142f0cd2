import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { putFile } from "./put-file.ts";
import { SYSTEM_FILES } from "./writing-files.ts";

/**
 * Writes a whole file that only its owner may read, or none; false when one is
 * there already, which then stays. Makes its folder.
 */
export async function writeNewFile(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await putFile(SYSTEM_FILES, { path, text, mode: 0o600, as: "new" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
