import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT } from "../start-mode.ts";

export interface EarlierCheckout {
  path: string;
  remove(): void;
}

/** A commit in a folder of its own, with what it depends on. */
export function earlierCheckout(commit: string): EarlierCheckout {
  const folder = mkdtempSync(join(tmpdir(), "lilux-earlier-"));
  const path = join(folder, "lilux");
  const run = (program: string, args: string[], cwd: string): void => {
    execFileSync(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  };
  run("git", ["worktree", "add", "--detach", path, commit], CHECKOUT);
  const remove = (): void => {
    run("git", ["worktree", "remove", "--force", path], CHECKOUT);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], path);
  } catch (error) {
    remove();
    throw error;
  }
  return { path, remove };
}
