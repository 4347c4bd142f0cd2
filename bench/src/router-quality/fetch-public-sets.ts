import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PUBLIC_SOURCES, type PublicSource } from "./public-sets.ts";

/** Where sets are kept unless told: beside the other things that are fetched, and never committed. */
export const PUBLIC_SETS_CACHE = join(import.meta.dirname, "../../../.toolchain/public-sets");

/** A set takes seconds to minutes; a line that hangs shall not hang the command. */
const FETCH_MS = 600_000;

/** `npm run bench -- fetch-sets`: takes the public sets from their repositories, each at one commit. */
export function fetchPublicSets({ cache }: { cache: string }): void {
  mkdirSync(cache, { recursive: true });
  for (const source of PUBLIC_SOURCES) {
    const folder = join(cache, source.name);
    const has = existsSync(folder);
    process.stdout.write(
      `${source.name}, ${source.licence}, from ${source.repository}${has ? ": there already" : " …"}\n`,
    );
    if (!has) fetchSet(source, folder);
  }
}

function fetchSet({ repository, commit, paths }: PublicSource, folder: string): void {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const git = (...given: string[]): void => {
    execFileSync("git", ["-C", unfinished, ...given], {
      stdio: ["ignore", "ignore", "inherit"],
      timeout: FETCH_MS,
    });
  };
  mkdirSync(unfinished);
  git("init", "--quiet");
  git("remote", "add", "origin", repository);
  git("sparse-checkout", "set", "--no-cone", ...paths);
  git("fetch", "--quiet", "--depth", "1", "--filter=blob:none", "origin", commit);
  git("checkout", "--quiet", commit);
  renameSync(unfinished, folder);
}
