import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TOOLS } from "@lilux/mcp";
import { ERRORS } from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { measuredServices } from "./measured-services.ts";
import { exportsOf } from "./reference/api.ts";
import type { OpenApi } from "./reference/rest.ts";
import type { AsyncApi } from "./reference/socket.ts";
import { stagePage } from "./stage-page.ts";
import { stageSite } from "./stage-site.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DOCS = join(ROOT, "docs");
const readRoot = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const sources = {
  isPage: (path: string) => path === "items.md" || path === "operations/x.md",
};

test("links to pages stay, those that lead out of docs become paths; of a fence the language stays, and code is left alone", () => {
  const staged = stagePage(
    "operations/y.md",
    "[a](x.md#b) [c](../items.md) [`d`](../../packages/d) [e](../../README.md) [f](https://x.example)\n\n```md file=a/b.md#c\n[g](../../out.md)\n```\n[h](nowhere.md)\n",
    sources,
  );
  expect(staged).toBe(
    "[a](x.md#b) [c](../items.md) `d` e (`README.md`) [f](https://x.example)\n\n```md\n[g](../../out.md)\n```\nh (`docs/operations/nowhere.md`)\n",
  );
});

// Mutants: a page taken out of SECTIONS or misnamed there; a made page that is empty.
test("every page of a section is staged, and no page of docs is in none", async () => {
  await using folder = await temporaryDirectory();
  const { pages, sections } = await stageSite(folder.path);
  const links = sections.flatMap(({ items }) => items.map(({ link }) => `${link.slice(1)}.md`));
  expect(links.filter((file) => !existsSync(join(folder.path, "content", file)))).toEqual([]);
  const elsewhere = /^(?:decisions\/\d|contributing\/)/;
  expect(pages.filter((file) => !links.includes(file) && !elsewhere.test(file))).toEqual([]);
});

// Mutants: a command left out of `leavesOf`; `schemas` of the socket's shapes without Call; a registry not asked.
test("made pages say all that there is: errors, metrics, operations, frames, tools, commands and exports", async () => {
  await using folder = await temporaryDirectory();
  await stageSite(folder.path);
  const said = (name: string) =>
    readFileSync(join(folder.path, "content", "reference", `${name}.md`), "utf8");
  const lacking = (name: string, wanted: readonly string[]) => {
    expect(wanted.length).toBeGreaterThan(3);
    return wanted.filter((text) => !said(name).includes(text)).map((text) => `${name}: ${text}`);
  };
  const json = (file: string): unknown => JSON.parse(readFileSync(join(DOCS, file), "utf8"));
  const { paths, components } = json("openapi.json") as OpenApi;
  const { channels } = json("asyncapi.json") as AsyncApi;
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const metrics = (await measuredServices(folder.path)).flatMap((service) => service.metrics);
  expect(
    [
      lacking(
        "errors",
        Object.keys(ERRORS).map((code) => `[\`${code}\`]`),
      ),
      lacking(
        "metrics",
        metrics.map(({ name }) => `\`${name}\``),
      ),
      lacking(
        "rest",
        operations.map(({ operationId = "" }) => `\`${operationId}\`.`),
      ),
      lacking(
        "rest",
        Object.keys(components.schemas).map((name) => `### ${name}\n`),
      ),
      lacking(
        "socket",
        Object.keys(channels.session.messages).map((name) => `### ${name}\n`),
      ),
      lacking(
        "mcp",
        TOOLS.map(({ name }) => `### ${name}\n`),
      ),
      lacking(
        "command",
        ["library teach", "admin keys create", "eval router", "up", "new", "check"].map(
          (path) => `## lilux ${path}\n`,
        ),
      ),
      lacking(
        "client",
        exportsOf("packages/client/src", readRoot).map(({ name }) => `### ${name}\n`),
      ),
      lacking(
        "protocol",
        exportsOf("packages/protocol/src", readRoot).map(({ name }) => `### ${name}\n`),
      ),
    ].flat(),
  ).toEqual([]);
  expect(new Set(metrics.map(({ name }) => name.split("_")[1]))).toContain("flywheel");
  const door = readRoot("packages/client/src/index.ts");
  const names = [...door.matchAll(/\b[A-Za-z]\w+(?=,|\s\})/g)].map(([name]) => name);
  expect(
    exportsOf("packages/client/src", readRoot)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(names.toSorted());
});

test("what is exported is shown as it is declared, with its words, and without the insides of functions", () => {
  const files: Record<string, string> = {
    "a/index.ts": 'export { Shape, make, Held } from "./shape.ts";\n',
    "a/shape.ts": [
      "/** A shape. */",
      "export const Shape = Type.Object({ sides: Type.Integer() });",
      "export type Shape = Static<typeof Shape>;",
      "/**",
      " * Makes one.",
      " * It has sides.",
      " */",
      "export function make(sides: number): Shape {",
      "  return secret(sides);",
      "}",
      "export class Held {",
      "  /** How many. */",
      "  count(): number {",
      "    return secret;",
      "  }",
      "}",
    ].join("\n"),
  };
  const shown = exportsOf("a", (path) => files[path] ?? "");
  expect(shown.map(({ name, says, code }) => ({ name, says, code }))).toEqual([
    {
      name: "Shape",
      says: "A shape.",
      code: "const Shape = Type.Object({ sides: Type.Integer() });",
    },
    {
      name: "make",
      says: "Makes one.\nIt has sides.",
      code: "function make(sides: number): Shape;",
    },
    { name: "Held", says: "", code: "class Held {\n  /** How many. */\n  count(): number;\n}" },
  ]);
});
