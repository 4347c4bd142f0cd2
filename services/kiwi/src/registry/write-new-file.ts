import { randomBytes } from "node:crypto";
import { link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a whole file that only its owner may read, or none; false when one is
 * there already, which then stays.
 */
export async function writeNewFile(path: string, text: string): Promise<boolean> {
  const draft = await writeDraft(path, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Puts a whole file in place of whatever is there. */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const draft = await writeDraft(path, text, mode);
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeDraft(path: string, text: string, mode = 0o600): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, text, { flag: "wx", mode });
  return draft;
}
