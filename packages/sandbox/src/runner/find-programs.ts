import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin"];

/** The first executable of that name in the system's folders, then in the given PATH. */
export async function findProgram(
  name: string,
  path: string,
  systemFolders: readonly string[] = SYSTEM_FOLDERS,
): Promise<string | undefined> {
  for (const folder of [...systemFolders, ...path.split(delimiter)]) {
    if (folder === "") continue;
    const candidate = join(folder, name);
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  return undefined;
}
