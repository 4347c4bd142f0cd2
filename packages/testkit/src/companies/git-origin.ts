import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const AS_SOMEBODY = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Mona",
  GIT_AUTHOR_EMAIL: "mona@example.com",
  GIT_COMMITTER_NAME: "Mona",
  GIT_COMMITTER_EMAIL: "mona@example.com",
};

/** A bare repository on this disk, and somebody else's clone of it. */
export interface GitOrigin {
  url: string;
  folder: string;
  /** Commits files (null removes one) as somebody else, and pushes. */
  push(files: Record<string, string | null>, options?: { force?: boolean }): Promise<void>;
  git(...given: string[]): Promise<string>;
  /** In somebody else's clone. */
  theirs(...given: string[]): Promise<string>;
}

export async function createGitOrigin(path: string): Promise<GitOrigin> {
  const folder = join(path, "origin.git");
  const clone = join(path, "somebodys");
  const env = { PATH: process.env["PATH"] ?? "", ...AS_SOMEBODY };
  const git = async (cwd: string, given: string[]) =>
    (await run("git", given, { cwd, env })).stdout.trimEnd();
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder], { env });
  await run("git", ["clone", "--quiet", folder, clone], { env });
  await git(clone, ["checkout", "--quiet", "-B", "main"]);
  return {
    url: `file://${folder}`,
    folder,
    git: (...given) => git(folder, given),
    theirs: (...given) => git(clone, given),
    async push(files, { force = false } = {}) {
      if (!force) await git(clone, ["pull", "--quiet", "origin", "main"]).catch(() => undefined);
      for (const [name, text] of Object.entries(files)) {
        const target = join(clone, name);
        await mkdir(dirname(target), { recursive: true });
        if (text === null) await rm(target, { force: true });
        else await writeFile(target, text);
      }
      await git(clone, ["add", "--all"]);
      await git(clone, ["commit", "--quiet", "--allow-empty", "-m", "by hand"]);
      await git(clone, ["push", "--quiet", ...(force ? ["--force"] : []), "origin", "main"]);
    },
  };
}
