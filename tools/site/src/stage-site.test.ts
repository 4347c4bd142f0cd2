import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { stagePage } from "./stage-page.ts";
import { stageSite } from "./stage-site.ts";

const sources = {
  isPage: (path: string) => path === "items.md" || path === "operations/x.md",
  read: (path: string) => `// ${path}\n`,
};

test("links to pages stay, those that lead out of docs become paths, and files are put in; code is left alone", () => {
  const staged = stagePage(
    "operations/y.md",
    "[a](x.md#b) [c](../items.md) [`d`](../../packages/d) [e](../../README.md) [f](https://x.example)\n\n<<< a/b.mjs\n\n```md\n[g](../../out.md)\n<<< c.mjs\n```\n[h](nowhere.md)\n",
    sources,
  );
  expect(staged).toBe(
    "[a](x.md#b) [c](../items.md) `d` e (`README.md`) [f](https://x.example)\n\n````js\n// a/b.mjs\n````\n\n```md\n[g](../../out.md)\n<<< c.mjs\n```\nh (`docs/operations/nowhere.md`)\n",
  );
});

// Mutants: a page taken out of SECTIONS or misnamed there; a made page that is empty.
test("every page of a section is staged, made ones say all that there is, and no page of docs is in none", async () => {
  await using folder = await temporaryDirectory();
  const { pages, sections } = stageSite(folder.path);
  const links = sections.flatMap(({ items }) => items.map(({ link }) => `${link.slice(1)}.md`));
  expect(links.filter((file) => !existsSync(join(folder.path, "content", file)))).toEqual([]);
  const elsewhere = /^(?:decisions\/\d|contributing\/)/;
  expect(pages.filter((file) => !links.includes(file) && !elsewhere.test(file))).toEqual([]);
  const said = (file: string) => readFileSync(join(folder.path, "content", file), "utf8");
  expect(said("reference/command.md")).toContain("## lilux library teach");
  expect(said("reference/errors.md")).toContain("`rate_limited`");
  expect(said("reference/rest.md")).toContain("### POST `/v1/execute`");
  expect(said("reference/socket.md")).toContain("`keystroke`");
  expect(said("reference/metrics.md")).toContain("lilux_gateway_");
  expect(said("guides/use-from-a-program.md")).toContain('from "@lilux/client"');
});
