import { mkdir, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { SYSTEM_FILES } from "@lilux/files";
import type { LiluxError } from "@lilux/protocol";
import { isPublicAddress } from "@lilux/runtime";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { createGitOrigin } from "@lilux/testkit/companies";
import { expect, onTestFinished, test, vi } from "vitest";
import { createMirroredHome } from "../mirrored-home.ts";
import { authorOf } from "./commit-text.ts";
import { parseGitUrl, resolveGitUrl } from "./git-address.ts";
import { openGitRepository } from "./git-repository.ts";
import { createGitStore } from "./git-store.ts";

vi.setConfig({ testTimeout: 120_000 });

const NOTHING = { files: false, privateAddresses: false, plainHttp: false };
const EVERYTHING = { files: true, privateAddresses: true, plainHttp: true };
const LIMITS = { deadlineMs: 60_000, bytesMax: 64 * 1024 * 1024 };

const REFUSED_URLS = [
  "file:///srv/other-tenant.git",
  "/srv/other-tenant.git",
  "../other",
  "ext::sh -c touch% /tmp/x",
  "ext::sh",
  "fd::17",
  "git://git.example.com/a.git",
  "http://git.example.com/a.git",
  "ftp://git.example.com/a.git",
  "HTTPS:git.example.com/a.git",
  "https://user:secret@git.example.com/a.git",
  "https://token@git.example.com/a.git",
  "ssh://git:secret@git.example.com/a.git",
  "ssh://-oProxyCommand=touch/a.git",
  "ssh://-oProxyCommand@git.example.com/a.git",
  "-oProxyCommand=x@git.example.com:a.git",
  "--upload-pack=touch",
  "https://git.example.com/a.git?x=1",
  "https://git.example.com/a.git#x",
  "https://git.example.com/a\n.git",
  "https://git.example.com/a b.git",
  "https://git.example.com/'a'.git",
  "https://git.example.com/$(id).git",
  "https://git.example.com/",
  "https:///a.git",
  `https://git.example.com/${"a".repeat(1_100)}`,
];

// Mutants: `PLAIN` lets a space through; the user of an https address is not looked at.
test.each(REFUSED_URLS)("a library's address is not %j", (url) => {
  expect(() => parseGitUrl(url, NOTHING)).toThrow(
    expect.objectContaining({ code: "invalid_request" }),
  );
});

test.each([
  "https://git.example.com/team/library.git",
  "https://git.example.com:8443/team/library",
  "ssh://git@git.example.com/team/library.git",
  "git@git.example.com:team/library.git",
])("a library's address may be %s", async (url) => {
  const address = await resolveGitUrl(url, NOTHING, async () => ["93.184.215.14"]);
  expect(address.ip).toBe("93.184.215.14");
  expect(address.url).toMatch(/^(https|ssh):\/\//);
});

const PRIVATE = [
  "127.0.0.1",
  "10.1.2.3",
  "172.20.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "fe80::1",
  "fd00::1",
  "::ffff:127.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "2001:db8::1",
];

// Mutant: only the first of several answers is looked at.
test.each(PRIVATE)("no library is asked for at %s, whatever name stands for it", async (ip) => {
  expect(isPublicAddress(ip)).toBe(false);
  const host = ip.includes(":") ? `[${ip}]` : ip;
  const named = resolveGitUrl("https://git.example.com/a.git", NOTHING, async () => [
    "1.1.1.1",
    ip,
  ]);
  const plain = resolveGitUrl(`https://${host}/a.git`, NOTHING, async () => []);
  for (const asked of [named, plain]) {
    await expect(asked).rejects.toMatchObject({ code: "invalid_request" });
  }
});

test.each(["https://2130706433/a.git", "https://0x7f.1/a.git", "https://017700000001/a.git"])(
  "an address written as %s is the one it stands for",
  async (url) => {
    const asked = resolveGitUrl(url, NOTHING, async () => ["1.1.1.1"]);
    await expect(asked).rejects.toMatchObject({ code: "invalid_request" });
  },
);

async function stage() {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder.remove());
  const origin = await createGitOrigin(folder.path);
  const library = join(folder.path, "library");
  await mkdir(library);
  const repository = await openGitRepository(join(folder.path, "clone"), "main", LIMITS);
  const at = (url: string) =>
    createGitStore({
      repository,
      branch: "main",
      place: async () => ({
        address: await resolveGitUrl(url, EVERYTHING, async () => ["127.0.0.1"]),
        credential: { kind: "token", user: "git", token: "TOP-SECRET-TOKEN" },
      }),
      authorOf: (person) => authorOf(testTenant("acme"), person),
    });
  return { folder: folder.path, origin, library, at };
}

// Mutants: the tree's modes are not looked at; `isPlainName` lets `..` through.
test("nothing of a hostile repository runs, leads out or comes in that is no item", async () => {
  const { folder, origin, library, at } = await stage();
  const filter = "* filter=evil\n*.md filter=evil export-subst\n";
  await origin.push({
    ".ai/knowledge/good.md": "# Good\n",
    ".ai/.gitattributes": filter,
    ".gitattributes": filter,
    ".gitmodules": `[submodule "x"]\n\tpath = .ai/knowledge/sub\n\turl = ext::touch ${folder}/ran\n`,
    ".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:1/\n",
    ".ai/knowledge/large.md": "a".repeat(1_200_000),
    ".ai/other/x.md": "no item",
    "hooks/post-checkout": `#!/bin/sh\ntouch ${folder}/ran\n`,
  });
  const blob = await origin.theirs("rev-parse", "HEAD:.ai/knowledge/good.md");
  const commit = await origin.theirs("rev-parse", "HEAD");
  await origin.theirs(
    "update-index",
    "--add",
    "--cacheinfo",
    `120000,${blob},.ai/knowledge/link.md`,
  );
  await origin.theirs("update-index", "--add", "--cacheinfo", `160000,${commit},.ai/knowledge/sub`);
  await origin.theirs("commit", "--quiet", "-m", "hostile");
  await origin.theirs("push", "--quiet", "origin", "main");

  const home = createMirroredHome({ store: at(origin.url), folder: library, files: SYSTEM_FILES });
  await home.open();
  expect(await readdir(join(library, ".ai"), { recursive: true })).toEqual([
    "knowledge",
    "knowledge/good.md",
  ]);
  expect(await readFile(join(library, ".ai/knowledge/good.md"), "utf8")).toBe("# Good\n");
  expect(await readdir(folder)).not.toContain("ran");
  expect(await readdir(join(folder, "clone"))).not.toContain("hooks");
});

// Mutant: the token stands in the address.
test("a secret goes to the server that is meant, and is in no error; a redirect is not followed", async () => {
  const { at } = await stage();
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url?.startsWith("/moved") === true) {
      response.writeHead(302, { location: "/elsewhere/info/refs?service=git-upload-pack" }).end();
    } else response.writeHead(request.url?.startsWith("/shut") === true ? 401 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const reasons: [code: string, reason: unknown][] = [];
  for (const path of ["shut", "none", "moved"]) {
    const error: LiluxError = await at(`http://git.example.com:${port}/${path}/a.git`)
      .head()
      .then(
        () => Promise.reject(new Error("it let us in")),
        (thrown) => thrown,
      );
    reasons.push([error.code, error.details?.["reason"]]);
    const told = JSON.stringify([error.message, error.details, String(error.cause)]);
    expect(told).not.toContain("TOP-SECRET");
    expect(told).not.toContain(Buffer.from("git:TOP-SECRET-TOKEN").toString("base64"));
  }
  expect(reasons.map(([code]) => code)).toEqual(Array(3).fill("library_unreachable"));
  expect(reasons[0]).toEqual(["library_unreachable", "sign_in"]);
  const basic = `Basic ${Buffer.from("git:TOP-SECRET-TOKEN").toString("base64")}`;
  expect(new Set(seen)).toEqual(new Set([basic]));
});

test.each([
  [{ id: "p_1", name: "Ada Lovelace" }, "Ada Lovelace", "p_1@acme.lilux.invalid"],
  [{ id: "p_1", name: "ada@example.com" }, "ada", "p_1@acme.lilux.invalid"],
  [{ id: "p_1", name: "Ada\n<evil@x> committer" }, "Ada  evil", "p_1@acme.lilux.invalid"],
  [{ id: "a@b\n>", name: undefined }, "a", "a@acme.lilux.invalid"],
  [{ id: "p_1", name: "" }, "p_1", "p_1@acme.lilux.invalid"],
  [undefined, "Lilux", "lilux@acme.lilux.invalid"],
])("a commit of %j is by %s <%s>", (person, name, email) => {
  expect(authorOf(testTenant("acme"), person)).toEqual({ name, email });
});
