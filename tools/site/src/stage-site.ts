import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createProgram } from "lilux";
import { measuredServices } from "./measured-services.ts";
import { apiPage, type DocumentedPackage, exportsOf } from "./reference/api.ts";
import { commandPage } from "./reference/command.ts";
import { errorsPage } from "./reference/errors.ts";
import { mcpPage } from "./reference/mcp.ts";
import { metricsPage } from "./reference/metrics.ts";
import { type OpenApi, restPage } from "./reference/rest.ts";
import { type AsyncApi, socketPage } from "./reference/socket.ts";
import { SECTIONS } from "./sections.ts";
import { stagePage } from "./stage-page.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DOCS = join(ROOT, "docs");

/** Writes all that the site is built from into a folder: its pages, made ones too, and their order. */
export async function stageSite(out: string): Promise<{ pages: string[]; sections: Listed[] }> {
  const content = join(out, "content");
  rmSync(content, { recursive: true, force: true });
  mkdirSync(content, { recursive: true });
  const written = readdirSync(DOCS, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md"));
  const made = await madePages(join(out, "state"));
  const all = new Set([...written, ...Object.keys(made)]);
  for (const path of written) {
    const text = readFileSync(join(DOCS, path), "utf8");
    write(content, path, stagePage(path, text, { isPage: (target) => all.has(target) }));
  }
  for (const [path, text] of Object.entries(made)) write(content, path, text);
  cpSync(join(DOCS, "pictures"), join(content, "pictures"), { recursive: true });
  cpSync(join(DOCS, "recordings"), join(content, "public", "recordings"), { recursive: true });
  for (const file of ["openapi.json", "asyncapi.json"]) {
    mkdirSync(join(content, "public"), { recursive: true });
    cpSync(join(DOCS, file), join(content, "public", file));
  }
  cpSync(join(ROOT, "apps/terminal/src/page/favicon.svg"), join(content, "public", "favicon.svg"));
  write(content, "index.md", HOME);
  const pages = [...all].toSorted();
  const titleOf = (path: string): string =>
    /^# (.+)$/m.exec(readFileSync(join(content, path), "utf8"))?.[1] ?? path;
  const sections = sidebar(pages, titleOf);
  writeFileSync(join(out, "sidebar.json"), JSON.stringify(sections, null, 2));
  return { pages, sections };
}

interface Listed {
  text: string;
  items: { text: string; link: string }[];
}

async function madePages(state: string): Promise<Record<string, string>> {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(DOCS, name), "utf8"));
  const program = createProgram({ env: {}, out: process.stdout, setExitCode: () => undefined });
  return {
    "reference/command.md": commandPage(program),
    "reference/errors.md": errorsPage(),
    "reference/mcp.md": mcpPage(),
    "reference/metrics.md": metricsPage(await measuredServices(state)),
    "reference/rest.md": restPage(json("openapi.json") as OpenApi),
    "reference/socket.md": socketPage(json("asyncapi.json") as AsyncApi),
    ...apiPages(),
  };
}

/** What programs are written with: their reference is what their sources say. */
const PACKAGES: readonly DocumentedPackage[] = [
  { name: "@lilux/client", page: "client", folder: "packages/client/src" },
  { name: "@lilux/protocol", page: "protocol", folder: "packages/protocol/src" },
];

function apiPages(): Record<string, string> {
  const packages = PACKAGES.map((one) => ({ ...one, exported: exportsOf(one.folder, readFile) }));
  return Object.fromEntries(
    packages.map((one) => [`reference/${one.page}.md`, apiPage(one, packages)]),
  );
}

function readFile(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Pages in their sections; one that none names yet comes last in the section of its folder. */
function sidebar(pages: readonly string[], titleOf: (file: string) => string) {
  const named = new Set(SECTIONS.flatMap((section) => section.pages.map(({ file }) => file)));
  const others = pages.filter((file) => !named.has(file) && !ELSEWHERE.test(file));
  return SECTIONS.map((section) => {
    const own = others.filter((file) => sectionOf(file) === section.text);
    const more = own.map((file) => ({ file, text: titleOf(file) }));
    const items = [...section.pages, ...more].map(({ file, text }) => ({
      text,
      link: `/${file.replace(/\.md$/, "")}`,
    }));
    return { text: section.text, items };
  });
}

/** Reached from pages of their own: an index of decisions, and what contributors read. */
const ELSEWHERE = /^(?:decisions\/\d|contributing\/)/;

function sectionOf(file: string): string {
  const [folder = ""] = file.split("/");
  const section = SECTIONS.find(({ text }) => text.toLowerCase() === folder);
  return section?.text ?? "Concepts";
}

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const HOME = `---
layout: home
hero:
  name: Lilux
  text: Tool calls, before you finish typing
  tagline: An always-hot predictive router over your own directives, scripts and knowledge.
  actions:
    - theme: brand
      text: Ten minutes
      link: /start/ten-minutes
    - theme: alt
      text: Write a directive
      link: /guides/write-a-directive
features:
  - title: Predicts
    details: Every keystroke ranks the calls that the line may mean, with a confidence that is measured.
  - title: Asks before damage
    details: What can do damage runs after a person's yes to exactly that call, over every door.
  - title: Loses nothing
    details: A line that was accepted is told to its end, whatever is killed in between.
---
`;
