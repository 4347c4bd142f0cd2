import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { SECTIONS } from "../../site/src/sections.ts";
import { renewSnippets, snippetsOf } from "../../site/src/snippets.ts";
import { codeOf, readDocFiles } from "./doc-files.ts";
import { isTest, ROOT, readSourceFiles } from "./source-files.ts";

const docs = readDocFiles();
const sources = readSourceFiles();
const inCode = docs.flatMap(({ path, text }) => codeOf(text).map((code) => ({ path, code })));

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The names of a folder, where it stands. */
function namesIn(path: string): string[] {
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

test("every link between pages leads somewhere", () => {
  const broken = docs.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !/^(?:[a-z]+:|#)/.test(target))
      .map((target) => normalize(join(dirname(path), target.replace(/#.*$/, ""))))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${path} -> ${target}`),
  );
  expect(docs.length).toBeGreaterThan(30);
  expect(broken).toEqual([]);
});

// Mutants: a line changed in examples/start/ten-minutes.sh; a block without `file=` in a guide; an example no test reads.
test("no untested code in Start and Guides: every block shows a file that a test reads, as it is now", () => {
  const told = SECTIONS.filter(({ text }) => text === "Start" || text === "Guides")
    .flatMap(({ pages }) => pages)
    .map(({ file }) => ({ path: `docs/${file}`, text: read(`docs/${file}`) }));
  const blocks = told.flatMap(({ path, text }) =>
    snippetsOf(text).map((one) => ({ path, ...one })),
  );
  expect(blocks.length).toBeGreaterThan(25);
  expect(blocks.filter(({ file }) => file === undefined).map(nameOf)).toEqual([]);
  expect(told.filter(({ text }) => /^<<< /m.test(text)).map(({ path }) => path)).toEqual([]);
  const stale = told.filter(({ text }) => renewSnippets(text, read) !== text);
  expect(
    stale.map(({ path }) => path),
    "run `npm run docs:snippets`",
  ).toEqual([]);
  expect(blocks.filter(({ file = "" }) => !isReadByItsTest(file)).map(nameOf)).toEqual([]);
});

/** Which test runs the examples of a folder; the first that fits counts. */
const TESTS_OF_EXAMPLES = [
  ["examples/llm-pools/", "services/orchestrator/src/model/pools/read-pools.test.ts"],
  ["examples/", "apps/lilux/src/documented-commands.test.ts"],
  ["packages/client/examples/", "tools/packages/src/packages.test.ts"],
  ["clients/python/examples/", "clients/python/tests/test_examples.py"],
  ["tests/e2e/src/examples/", "tests/e2e/src/openai-sdk.test.ts"],
] as const;

/** That test names the file, or, of shell files, types all that there are. */
function isReadByItsTest(file: string): boolean {
  const test = TESTS_OF_EXAMPLES.find(([folder]) => file.startsWith(folder))?.[1];
  const stem = /([^/]+)\.\w+$/.exec(file)?.[1] ?? file;
  return test !== undefined && (file.endsWith(".sh") || read(test).includes(stem));
}

function nameOf({ path, opening }: { path: string; opening: string }): string {
  return `${path}: ${opening}`;
}

test("every npm script that a page names exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = inCode.flatMap(({ path, code }) =>
    [...code.matchAll(/\bnpm (?:run ([a-z][a-z:-]*)|(start|test)\b)/g)].map((match) => ({
      path,
      script: match[1] ?? match[2] ?? "",
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test("no page tells anybody to call pnpm: it is on nobody's path", () => {
  const wrong = inCode.filter(({ code }) => /(?:^|[;&|] ?)pnpm /.test(code));
  expect(wrong).toEqual([]);
});

/** What runs or installs a name of a registry, with whatever flags, and `command`/`args` of a host's settings. */
const FROM_A_REGISTRY =
  /\b(?:npx|bunx|uvx|(?:pnpm|yarn) dlx|npm (?:x|exec)|pipx (?:run|install)|(?:pip3?|npm|pnpm|bun|uv pip) (?:i|install|add)|(?:yarn|uv) add)(?: -\S+)*(?: --)? @?lilux\b|"(?:npx|uvx|bunx)",\s*"args":\s*\[(?:"-[^"]*",\s*)*"@?lilux/;

// Mutant: docs alone are read; what the command or the page says would be followed just the same.
test("nothing tells anybody to run or install a name of a registry that is not ours", () => {
  const told = [...docs, ...sources.filter(({ path }) => !isTest(path))];
  expect(told.filter(({ text }) => FROM_A_REGISTRY.test(text)).map(({ path }) => path)).toEqual([]);
  for (const wrong of [
    "npx lilux mcp",
    "npx -y lilux@latest mcp",
    "npx --yes -- @lilux/client",
    "npm install @lilux/client",
    "npm i -g lilux",
    "pnpm add @lilux/protocol",
    "pip install lilux-client",
    "uvx lilux",
    '{"command": "npx", "args": ["-y", "lilux", "mcp"]}',
  ]) {
    expect(wrong).toMatch(FROM_A_REGISTRY);
  }
  for (const right of ["npm install ./lilux-client-0.1.0.tgz", "npm run lilux -- mcp"]) {
    expect(right).not.toMatch(FROM_A_REGISTRY);
  }
});

test("every lilux command that a page names exists", () => {
  const program = sources
    .filter(({ path }) => path.startsWith("apps/lilux/src/") && !path.endsWith(".test.ts"))
    .map(({ text }) => text)
    .join("\n");
  const known = new Set(
    [...program.matchAll(/\.command\(\s*"([a-z-]+)/g)].map((match) => match[1] ?? ""),
  );
  const named = inCode.flatMap(({ path, code }) =>
    [...code.matchAll(/(?:^|npx )lilux ([a-z][a-z-]*)/g)].map((match) => ({
      path,
      command: match[1] ?? "",
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ command }) => !known.has(command))).toEqual([]);
});

test("every path into the sources that a page names stands", () => {
  const wrong = inCode.flatMap(({ path, code }) =>
    [
      ...code.matchAll(
        /(?:^|\s)((?:packages|services|apps|tools|tests|bench|deploy|training)\/[\w./-]+)/g,
      ),
    ]
      .map((match) => (match[1] ?? "").replace(/[.:]+$/, ""))
      .filter((target) => !existsSync(join(ROOT, target)))
      .filter((target) => !/(?:^|\/)(?:file|path|OUT|checkpoints|generated)\b/.test(target))
      .map((target) => `${path}: ${target}`),
  );
  expect([...new Set(wrong)]).toEqual([]);
});

test("every package, service and app says what it is for", () => {
  const silent = ["packages", "services", "apps"].flatMap((kind) =>
    namesIn(kind)
      .filter((name) => existsSync(join(ROOT, kind, name, "package.json")))
      .map((name) => `${kind}/${name}/README.md`)
      .filter((path) => !existsSync(join(ROOT, path))),
  );
  expect(silent).toEqual([]);
});

test("every room of a service is named where the service is described", () => {
  const architecture = read("docs/architecture.md");
  const nameless = namesIn("services").flatMap((service) => {
    const told = architecture + read(`services/${service}/README.md`);
    return namesIn(`services/${service}/src`)
      .filter((room) => room !== "testing" && !told.includes(`\`${room}\``))
      .map((room) => `services/${service}/src/${room}`);
  });
  expect(nameless).toEqual([]);
});

test("every decision has a number of its own, one form of heading, and a line in the index", () => {
  const pages = readdirSync(join(ROOT, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));
  const index = read("docs/decisions/README.md");
  const numbers = pages.map((name) => name.slice(0, 4));
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
  const wrong = pages.filter((name) => {
    const heading = `# ${Number(name.slice(0, 4))}. `;
    return !read(`docs/decisions/${name}`).startsWith(heading) || !index.includes(`](${name})`);
  });
  expect(wrong).toEqual([]);
});
