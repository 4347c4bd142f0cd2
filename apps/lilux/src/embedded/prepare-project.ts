import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../environment.ts";
import { chooseProject, type ProjectChoice } from "./choose-project.ts";

/**
 * The project to serve. The demo library is served from a copy of its own beside the state, so that nothing
 * a person tries out changes the checkout. A newer checkout's library takes the copy's place only while
 * nobody has changed it.
 */
export function prepareProject(env: Environment, cwd: string, checkout: string): ProjectChoice {
  const choice = chooseProject(env, cwd, checkout);
  if (choice.reason !== "demo library") return choice;
  const copy = join(env["LILUX_STATE_DIR"] ?? join(cwd, ".lilux"), "demo-library");
  const shipped = digestOf(choice.path);
  if (!existsSync(copy)) {
    copyWhole(choice.path, copy);
    remember(copy, shipped);
  } else if (recorded(copy) !== shipped && recorded(copy) === digestOf(copy)) {
    rmSync(copy, { recursive: true });
    copyWhole(choice.path, copy);
    remember(copy, shipped);
  }
  return { ...choice, path: copy };
}

/** Two that start at once both end up with the whole of it. */
function copyWhole(from: string, to: string): void {
  const half = `${to}.${process.pid}`;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, half, { recursive: true });
  try {
    renameSync(half, to);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

function remember(copy: string, shipped: string): void {
  writeFileSync(markOf(copy), shipped);
}

function recorded(copy: string): string | undefined {
  return existsSync(markOf(copy)) ? readFileSync(markOf(copy), "utf8") : undefined;
}

/** Beside the copy, not in it: what it holds is a library and nothing else. */
function markOf(copy: string): string {
  return `${copy}.sha256`;
}

/** Of every file's name and bytes; what kiwi keeps of its own (`.ai/.history` and the like) is not part of it. */
function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".") && part !== ".ai"))
    .sort();
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}
