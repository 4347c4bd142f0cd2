import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LiluxError } from "@lilux/protocol";

/** Where Debian keeps servers that an ordinary user's PATH leaves out. */
const SERVER_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The full path of a program, or undefined when this machine lacks it. */
export function findProgram(name: string, pathVariable: string): string | undefined {
  const folders = [...pathVariable.split(delimiter), ...SERVER_FOLDERS].filter(
    (folder) => folder !== "",
  );
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** The full path of a program; throws with what to install. */
export function requireProgram(name: string, pathVariable: string): string {
  const found = findProgram(name, pathVariable);
  if (found !== undefined) return found;
  throw new LiluxError("config_invalid", {
    message: `${name} is not on this machine. Install it (on Debian: apt-get install ${name}), or set its URL.`,
  });
}
