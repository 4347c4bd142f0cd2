import { createHash } from "node:crypto";
import { LiluxError } from "@lilux/protocol";
import type { FileChange, LibraryCommit, LibrarySnapshot, LibraryStore } from "../library-store.ts";
import { type CommitAuthor, commitMessage } from "./commit-text.ts";
import type { TreeFile } from "./git-objects.ts";
import type { GitPlace, GitRepository } from "./git-repository.ts";

export interface GitStoreOptions {
  repository: GitRepository;
  branch: string;
  /** Looked at for each asking: names stand for other addresses, and secrets are changed. */
  place: () => Promise<GitPlace>;
  authorOf: (person: LibraryCommit["act"]["person"]) => CommitAuthor;
}

/** What is known to be the library. */
const HEAD = "refs/lilux/head";
/** What was fetched and not looked at yet. */
const INCOMING = "refs/lilux/incoming";
const EMPTY: LibrarySnapshot = { revision: "", files: new Map() };
const PUSHES_MAX = 5;
const BLOBS_AT_ONCE = 40;

/**
 * A branch of a Git repository. A write is one commit on what the branch says now, and the server, which
 * takes a branch forward only from where its pusher saw it, decides between two that push at once.
 */
export function createGitStore(options: GitStoreOptions): LibraryStore {
  const { repository, branch, place, authorOf } = options;
  let seen: { commit: string; tree: Map<string, TreeFile>; snapshot: LibrarySnapshot } | undefined;

  async function snapshotAt(commit: string): Promise<LibrarySnapshot> {
    if (seen?.commit === commit) return seen.snapshot;
    const tree = await repository.files(commit);
    const files = new Map([...tree].map(([path, { oid }]) => [path, oid]));
    seen = { commit, tree, snapshot: { revision: commit, files } };
    return seen.snapshot;
  }

  async function head(): Promise<LibrarySnapshot> {
    const known = await repository.commitAt(HEAD);
    const isFirst = known === undefined;
    const fetched = await repository.fetch(await place(), { into: INCOMING, isFirst });
    if (fetched.kind === "no-branch") {
      if (isFirst && fetched.isEmpty) return EMPTY;
      throw diverged(branch, isFirst ? "no_branch" : "branch_gone");
    }
    const { commit } = fetched;
    if (known !== undefined && known !== commit && !(await repository.isAncestor(known, commit))) {
      throw diverged(branch, "rewritten");
    }
    const snapshot = await snapshotAt(commit);
    await repository.setRef(HEAD, commit);
    return snapshot;
  }

  /** Pushes on what the branch says, until nobody was faster. */
  async function commit({ base, changes, act }: LibraryCommit): Promise<LibrarySnapshot> {
    const author = authorOf(act.person);
    const message = commitMessage(act);
    let on = base;
    for (let push = 1; push <= PUSHES_MAX; push += 1) {
      const parent = on.revision === "" ? undefined : on.revision;
      const modes = seen?.tree ?? new Map<string, TreeFile>();
      const made = await repository.commit({ parent, changes, modes, author, message });
      const pushed = await settled(made);
      if (pushed === "taken") {
        await repository.setRef(HEAD, made);
        return snapshotAt(made);
      }
      if (pushed === "declined") throw declined(branch);
      on = await head();
      for (const change of changes) assertUntouched({ base, on, change, act });
    }
    throw new LiluxError("library_unreachable", {
      message: `Others push to the branch ${branch} faster than this server can. Nothing was written. Try again shortly.`,
      details: { reason: "busy" },
    });
  }

  /** A server that fell silent may have taken it: then the branch says so. */
  async function settled(made: string) {
    try {
      return await repository.push(await place(), made);
    } catch (error) {
      if (!(error instanceof LiluxError) || error.code !== "outcome_unknown") throw error;
      const now = await head().catch(() => undefined);
      if (now === undefined) throw error;
      return (await repository.isAncestor(made, now.revision)) ? "taken" : notTaken(error);
    }
  }

  return {
    kind: "git",
    keepsHistory: false,
    async known() {
      const commit = await repository.commitAt(HEAD);
      return commit === undefined ? undefined : snapshotAt(commit);
    },
    head,
    async *read(snapshot, paths) {
      for (let from = 0; from < paths.length; from += BLOBS_AT_ONCE) {
        const some = paths.slice(from, from + BLOBS_AT_ONCE);
        const blobs = await repository.blobs(some.map((path) => snapshot.files.get(path) ?? ""));
        for (const [index, path] of some.entries()) {
          const bytes = blobs[index];
          if (bytes !== undefined) yield [path, bytes];
        }
      }
    },
    digest: blobIdOf,
    commit,
    close: async () => undefined,
  };
}

/** How Git names a file's content. */
function blobIdOf(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

interface Touched {
  base: LibrarySnapshot;
  on: LibrarySnapshot;
  change: FileChange;
  act: LibraryCommit["act"];
}

/** What somebody else pushed meanwhile must be none of what is written. */
function assertUntouched({ base, on, change: { path }, act: { item } }: Touched): void {
  const expected = base.files.get(path);
  const actual = on.files.get(path);
  if (expected === actual) return;
  throw new LiluxError("item_conflict", {
    message: `Somebody pushed another ${item.item_type} ${item.qualified_id} while this change was under way: it was based on ${expected ?? "nothing"}, and the branch has ${actual ?? "none"} now. Nothing was written. Load it again, apply the change to that, and call with a new call id.`,
    details: { field: "expectedSha256", source: "project", path, expected, actual },
  });
}

function notTaken(cause: LiluxError): never {
  throw new LiluxError("library_unreachable", {
    message: "The Git server did not take the change. Nothing was written. Try again shortly.",
    details: { reason: "away" },
    cause,
  });
}

function declined(branch: string): LiluxError {
  return new LiluxError("library_unwritable", {
    message: `The Git server does not take changes of the branch ${branch} from this server: it is protected, or a rule of the server says no. Nothing was changed. Let this server's key push to it, or name another branch.`,
    details: { reason: "declined" },
  });
}

const DIVERGED = {
  no_branch: "is not in the repository, which has others. Make it, or name another branch",
  branch_gone: "is gone from the repository. Push it again",
  rewritten: "was rewritten: what this server has read is no part of it any more",
} as const;

/** Never followed in silence: a slip of somebody's would empty the library for everybody. */
function diverged(branch: string, reason: keyof typeof DIVERGED): LiluxError {
  const told = reason === "no_branch" ? "" : " What was read before stays, and nothing is written.";
  return new LiluxError("library_diverged", {
    message: `The branch ${branch} ${DIVERGED[reason]}.${told} If it is meant, an admin sets the library anew (lilux admin tenants library).`,
    details: { reason },
  });
}
