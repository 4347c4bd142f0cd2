import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { projectFiles } from "./project-files.ts";

/** Every file that a script with this grant could open, by its path in the project. */
async function reachable(
  folder: string,
  { path, verb, kept }: { path: string; verb: string; kept: string[] },
): Promise<string[]> {
  const grants = [{ verb, attributes: { resource: "filesystem", path } }];
  try {
    const binds = await projectFiles({ folder, grants, kept });
    return FILES.filter((file) =>
      binds.some(({ to, hidden }) => {
        const isBelow = to === "" || file === to || file.startsWith(`${to}/`);
        const isHidden = hidden.some((one) => file === one.path || file.startsWith(`${one.path}/`));
        return isBelow && !isHidden;
      }),
    );
  } catch (error) {
    if (error instanceof LiluxError && error.code === "permission_denied") return [];
    throw error;
  }
}

const FILES = [
  "data/a.csv",
  "var/state/credentials/nats/operator",
  "var/state/registry/keys/local.txt",
  "var/other.txt",
  ".lilux/credentials/rpc",
  ".lilux/state/credentials/rpc",
];

async function project() {
  const folder = await temporaryDirectory();
  for (const path of FILES) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), "x");
  }
  await symlink("var/state", join(folder.path, "linked"));
  await symlink("state/credentials", join(folder.path, "var", "short"));
  return { path: folder.path, [Symbol.asyncDispose]: () => folder.remove() };
}

// Mutant: `projectFiles` without `kept`; a state folder by another name than .lilux is read.
test.each([
  "**",
  ".",
  "var/**",
  "var/state",
  "var/state/**",
  "var/state/credentials/**",
  "var/state/credentials/nats/*",
  "var/state/credentials/nats/operator",
  "linked/**",
  "linked/credentials/nats/operator",
  "var/short/**",
  "./var/state/**",
  ".lilux/**",
  ".lilux/credentials/**",
  ".lilux/state/credentials/rpc",
])("no grant, not even %s, reaches Lilux's own folders, to read or to write", async (path) => {
  await using made = await project();
  const kept = [join(made.path, "var", "state")];
  for (const verb of ["read", "write"]) {
    const files = await reachable(made.path, { path, verb, kept });
    expect(files.filter((file) => /state|credentials/.test(file))).toEqual([]);
  }
});

test("what lies beside them is granted as ever, and a state folder elsewhere changes nothing", async () => {
  await using made = await project();
  const kept = [join(made.path, "var", "state")];
  const read = { path: "var/**", verb: "read" };
  expect(await reachable(made.path, { ...read, kept })).toEqual(["var/other.txt"]);
  const elsewhere = { path: "data/**", verb: "read", kept: ["/somewhere/else"] };
  expect(await reachable(made.path, elsewhere)).toEqual(["data/a.csv"]);
});
