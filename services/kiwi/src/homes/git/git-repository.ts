import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { FileChange } from "../library-store.ts";
import type { CommitAuthor } from "./commit-text.ts";
import type { GitAddress } from "./git-address.ts";
import { gitFailure } from "./git-failure.ts";
import { readBatch, readTree, type TreeFile } from "./git-objects.ts";
import { type GitCredential, gitEnvironment } from "./git-settings.ts";
import { type GitOutcome, runGit } from "./run-git.ts";

/** Where a repository is and how one signs in there, looked at anew for every asking. */
export interface GitPlace {
  address: GitAddress;
  credential: GitCredential;
}

export interface GitLimits {
  /** Of what one asking of the server may take. */
  deadlineMs: number;
  /** Of the clone on this disk. */
  bytesMax: number;
}

export type Fetched =
  | { kind: "commit"; commit: string }
  /** There is no such branch; whether there are others. */
  | { kind: "no-branch"; isEmpty: boolean };

export type Pushed = "taken" | "raced" | "declined";

/** A bare clone of one branch. Nothing is ever checked out of it, so no file of it does anything. */
export interface GitRepository {
  /** The commit that a ref names; undefined for none. */
  commitAt(ref: string): Promise<string | undefined>;
  setRef(ref: string, commit: string): Promise<void>;
  fetch(place: GitPlace, options: { into: string; isFirst: boolean }): Promise<Fetched>;
  /** Whether what one commit says is still part of what the other says. */
  isAncestor(commit: string, of: string): Promise<boolean>;
  files(commit: string): Promise<Map<string, TreeFile>>;
  blobs(oids: readonly string[]): Promise<Buffer[]>;
  /** A commit with these changes on top of another, or of nothing. Nobody is told of it. */
  commit(given: NewCommit): Promise<string>;
  /** Rejects with `outcome_unknown` where the server fell silent after it was told. */
  push(place: GitPlace, commit: string): Promise<Pushed>;
}

export interface NewCommit {
  parent: string | undefined;
  changes: readonly FileChange[];
  modes: ReadonlyMap<string, TreeFile>;
  author: CommitAuthor;
  message: string;
}

/** What was made here and not pushed yet. */
const MADE = "refs/lilux/made";
const LOCAL_MS = 30_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Opens the clone in a folder, made where there is none. */
export async function openGitRepository(
  folder: string,
  branch: string,
  limits: GitLimits,
): Promise<GitRepository> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const local = { repository: folder, environment: gitEnvironment(), deadlineMs: LOCAL_MS };

  async function git(given: readonly string[], more: Partial<Parameters<typeof runGit>[0]> = {}) {
    return runGit({ ...local, arguments: given, outputBytesMax: OUTPUT_BYTES_MAX, ...more });
  }

  /** What must not fail unless this machine does. */
  async function ours(given: readonly string[], more?: Partial<Parameters<typeof runGit>[0]>) {
    const outcome = await git(given, more);
    if (outcome.code === 0) return outcome.output;
    throw new Error(`git ${given[0]}: ${outcome.ended}: ${outcome.said.slice(-400)}`);
  }

  function asking(place: GitPlace) {
    return {
      environment: gitEnvironment(place.address, place.credential),
      deadlineMs: limits.deadlineMs,
      isTooMuch: async () => (await sizeOf(folder)) > limits.bytesMax,
    };
  }

  if ((await git(["rev-parse", "--git-dir"])).code !== 0) {
    await ours(["init", "--quiet", "--bare", "--template="]);
  }

  async function isEmpty(place: GitPlace): Promise<boolean> {
    const given = ["ls-remote", "--quiet", "--", place.address.url];
    const outcome = await git(given, asking(place));
    if (outcome.code !== 0) throw gitFailure(outcome, "ls-remote");
    return outcome.output.length === 0;
  }

  return {
    async commitAt(ref) {
      const outcome = await git(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
      return outcome.code === 0 ? textOf(outcome.output) : undefined;
    },
    async setRef(ref, commit) {
      await ours(["update-ref", ref, commit]);
    },
    async fetch(place, { into, isFirst }) {
      const refs = `+refs/heads/${branch}:${into}`;
      const depth = isFirst ? ["--depth=1"] : [];
      const given = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", ...depth];
      const outcome = await git([...given, "--", place.address.url, refs], asking(place));
      if (outcome.code === 0) {
        return { kind: "commit", commit: textOf(await ours(["rev-parse", into])) };
      }
      if (!/couldn't find remote ref/i.test(outcome.said)) throw gitFailure(outcome, "fetch");
      return { kind: "no-branch", isEmpty: await isEmpty(place) };
    },
    async isAncestor(commit, of) {
      return (await git(["merge-base", "--is-ancestor", commit, of])).code === 0;
    },
    async files(commit) {
      return readTree(
        await ours(["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", ".ai/"]),
      );
    },
    async blobs(oids) {
      const printed = await ours(["cat-file", "--batch"], { input: `${oids.join("\n")}\n` });
      return [...readBatch(printed)];
    },
    async commit(given) {
      await ours(["fast-import", "--quiet", "--force"], { input: importOf(given) });
      return textOf(await ours(["rev-parse", MADE]));
    },
    async push(place, commit) {
      const given = [
        "push",
        "--porcelain",
        "--no-verify",
        "--no-signed",
        "--no-recurse-submodules",
      ];
      const refs = `${commit}:refs/heads/${branch}`;
      const outcome = await git([...given, "--", place.address.url, refs], asking(place));
      return pushedOf(outcome);
    },
  };
}

/** What `fast-import` takes: one commit with whole files, which are read by no filter. */
function importOf({ parent, changes, modes, author, message }: NewCommit): Buffer {
  const now = `${Math.floor(Date.now() / 1_000)} +0000`;
  const parts: (string | Uint8Array)[] = [
    // Begun anew each time, also where there is no parent.
    `reset ${MADE}\n\ncommit ${MADE}\n`,
    `author ${author.name} <${author.email}> ${now}\n`,
    `committer Lilux <lilux@lilux.invalid> ${now}\n`,
    `data ${Buffer.byteLength(message)}\n${message}\n`,
    parent === undefined ? "" : `from ${parent}\n`,
  ];
  for (const { path, after } of changes) {
    const name = JSON.stringify(`.ai/${path}`);
    if (after === undefined) parts.push(`D ${name}\n`);
    else
      parts.push(
        `M ${modes.get(path)?.mode ?? "100644"} inline ${name}\n`,
        `data ${after.length}\n`,
        after,
        "\n",
      );
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** A server that decided says so of the ref; whatever else went wrong, it may have decided all the same. */
function pushedOf(outcome: GitOutcome): Pushed {
  if (outcome.code === 0) return "taken";
  const told = outcome.output.toString("utf8");
  if (/^!.*\[(rejected|remote rejected|remote failure)\]/m.test(told)) {
    const isRace =
      /fetch first|non-fast-forward|stale info|lock ref|update ref|already exists|incorrect old/i;
    return isRace.test(told) ? "raced" : "declined";
  }
  const failure = gitFailure(outcome, "push");
  const { reason } = failure.details ?? {};
  if (reason === "sign_in" || reason === "missing") throw failure;
  throw new LiluxError("outcome_unknown", {
    message:
      "The Git server fell silent while it was handed the change. Whether it took it is not known; load the item again before you repeat it.",
    cause: failure,
  });
}

function textOf(output: Buffer): string {
  return output.toString("utf8").trim();
}

/** Bytes of a clone: packs, and what is being received. */
async function sizeOf(folder: string): Promise<number> {
  const at = join(folder, "objects", "pack");
  const names = await readdir(at).catch(() => []);
  const sizes = names.map(async (name) => {
    const stats = await stat(join(at, name)).catch(() => undefined);
    return stats?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
