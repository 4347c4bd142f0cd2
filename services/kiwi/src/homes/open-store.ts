import { join } from "node:path";
import type { LibraryRows } from "@lilux/database";
import { replaceFile } from "@lilux/files";
import type { LibraryPlace, Tenant } from "@lilux/protocol";
import { createDatabaseStore, type DatabaseStoreOptions } from "./database-store.ts";
import { authorOf } from "./git/commit-text.ts";
import { type ResolveHost, resolveGitUrl } from "./git/git-address.ts";
import type { GitAllowance } from "./git/git-allowance.ts";
import { type GitLimits, openGitRepository } from "./git/git-repository.ts";
import type { GitCredential } from "./git/git-settings.ts";
import { createGitStore } from "./git/git-store.ts";
import type { LibraryStore } from "./library-store.ts";
import type { ReadSecret } from "./read-secret.ts";

type GitPlace = Extract<LibraryPlace, { kind: "git" }>;

export interface OpenStoreDeps {
  rows: LibraryRows;
  readSecret: ReadSecret;
  allow: GitAllowance;
  gitLimits: GitLimits;
  lease: DatabaseStoreOptions["lease"];
  now: () => number;
  /** The system's unless a test answers. */
  resolveHost?: ResolveHost | undefined;
}

export interface StoreToOpen {
  tenant: Tenant;
  place: Exclude<LibraryPlace, { kind: "folder" }>;
  /** For what this process keeps of the place, out of the reach of scripts and readers. */
  folder: string;
}

/** Opens the place that a library lives in. Asks nobody yet. */
export async function openStore(deps: OpenStoreDeps, wanted: StoreToOpen): Promise<LibraryStore> {
  const { tenant, place, folder } = wanted;
  if (place.kind === "database") return createDatabaseStore({ ...deps, tenant });
  const { branch } = place;
  const clone = join(folder, "clone");
  return createGitStore({
    repository: await openGitRepository(clone, branch, deps.gitLimits),
    branch,
    async place() {
      const address = await resolveGitUrl(place.url, deps.allow, deps.resolveHost);
      return { address, credential: await credentialOf(deps, { tenant, place, folder }) };
    },
    authorOf: (person) => authorOf(tenant, person),
  });
}

async function credentialOf(
  { readSecret }: OpenStoreDeps,
  { tenant, place, folder }: { tenant: Tenant; place: GitPlace; folder: string },
): Promise<GitCredential> {
  const { signIn } = place;
  if (signIn === undefined) return { kind: "none" };
  const secret = await readSecret(tenant, signIn.secret);
  if (signIn.kind === "token") {
    return { kind: "token", user: signIn.user ?? "git", token: secret.trim() };
  }
  const keyFile = join(folder, "key");
  const knownHostsFile = join(folder, "known-hosts");
  await replaceFile(keyFile, `${secret.trimEnd()}\n`);
  await replaceFile(knownHostsFile, `${signIn.knownHosts.trimEnd()}\n`);
  return { kind: "key", keyFile, knownHostsFile };
}
