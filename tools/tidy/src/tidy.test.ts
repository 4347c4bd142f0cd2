import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LARGE_FILES, LARGE_FUNCTIONS } from "./exceptions.ts";
import { measureFunctions } from "./measure-functions.ts";
import { importsOf, isTest, ROOT, readSourceFiles, type SourceFile } from "./source-files.ts";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
const files = readSourceFiles();
const product = files.filter((file) => !isTest(file.path));

/** Lower may not import higher. Rooms of one height do not import each other. */
function heightOf(room: string): number {
  if (room === "packages/protocol") return 0;
  if (room === "packages/core") return 1;
  // It needs nothing of ours, and everybody who writes needs it.
  if (room === "packages/files") return 1;
  // Who everybody inside is: whatever connects stands on it.
  if (room === "packages/certificates") return 1;
  // A door that stands on several ports, for whoever opens it.
  if (room === "packages/mcp") return 3;
  if (room.startsWith("packages/")) return 2;
  if (room.startsWith("services/")) return 4;
  if (room.startsWith("apps/")) return 5;
  return TOOLS_HEIGHT;
}

const TOOLS_HEIGHT = 6;

const roomOfPackage = new Map<string, string>();
/** Every specifier that a package's manifest opens. */
const doors = new Set<string>();
for (const kind of ["packages", "services", "apps"]) {
  for (const name of readdirSync(join(ROOT, kind))) {
    const manifest = join(ROOT, kind, name, "package.json");
    if (!existsSync(manifest)) continue;
    const { name: packageName, exports = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
      name: string;
      exports?: Record<string, string>;
    };
    roomOfPackage.set(packageName, `${kind}/${name}`);
    for (const door of Object.keys(exports)) doors.add(join(packageName, door));
  }
}

/** Imports across rooms, as [file, specifier, the room imported]. */
function crossings(file: SourceFile): [string, string, string][] {
  return importsOf(file.text).flatMap((specifier) => {
    const packageName = specifier.startsWith("@")
      ? specifier.split("/").slice(0, 2).join("/")
      : (specifier.split("/")[0] ?? "");
    const room = roomOfPackage.get(packageName);
    return room === undefined || room === file.room ? [] : [[file.path, specifier, room]];
  });
}

/** Sideways imports that are meant, with the reason. */
const SIDEWAYS = new Set([
  // The web terminal is served, and its page talks through the client package.
  "apps/lilux -> apps/terminal",
]);

test("dependencies point one way: protocol, core, adapters, services, apps", () => {
  const wrong = product.flatMap((file) =>
    crossings(file)
      .filter(([, , room]) => room !== "packages/testkit" && heightOf(room) >= heightOf(file.room))
      .filter(
        ([, , room]) =>
          heightOf(file.room) < TOOLS_HEIGHT && !SIDEWAYS.has(`${file.room} -> ${room}`),
      )
      .map(([path, specifier]) => `${path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("product code never imports the test kit", () => {
  const wrong = product
    .filter((file) => heightOf(file.room) < TOOLS_HEIGHT && file.room !== "packages/testkit")
    .filter((file) =>
      importsOf(file.text).some((specifier) => specifier.startsWith("@lilux/testkit")),
    )
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test("images hold no test code, and product code does without it", () => {
  const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["**/src/testing", "**/*.test.ts"]));
  const wrong = product.flatMap((file) =>
    importsOf(file.text)
      .filter((specifier) => /(^|\/)testing\/|\/contract$/.test(specifier))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("packages are entered through their doors only", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file.text)
      .filter(
        (specifier) =>
          (specifier.startsWith("@lilux/") && !doors.has(specifier)) ||
          /^(\.\.\/)+(packages|services|apps)\//.test(specifier),
      )
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("every export has a name", () => {
  const wrong = product
    .filter((file) => /^export \*|^export default/m.test(file.text))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test("no object is spread where it is written: TypeScript then misses properties nobody asked for", () => {
  const spread = ["...", "{"].join("");
  const wrong = files.filter((file) => file.text.includes(spread)).map((file) => file.path);
  expect(wrong).toEqual([]);
});

test("the environment is read in main.ts only", () => {
  const allowed = (file: SourceFile): boolean =>
    /\/main\.ts$/.test(file.path) ||
    file.room === "packages/testkit" ||
    isTest(file.path) ||
    heightOf(file.room) === TOOLS_HEIGHT;
  const wrong = files
    .filter((file) => !allowed(file) && /process\.env\b/.test(file.text))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test("a deadline that was computed becomes a signal through wholeMs: AbortSignal.timeout refuses fractions", () => {
  const whole = /AbortSignal\.timeout\((?!\d[\d_]*\)|[A-Z][A-Z_]*\)|wholeMs\()/;
  const wrong = files
    .filter((file) => !file.path.startsWith("tools/tidy/") && whole.test(file.text))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test("nothing is kept in module-level variables", () => {
  const wrong = product
    .filter((file) => /^(export )?let /m.test(file.text))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test("core decides and does no input or output", () => {
  const wrong = product
    .filter((file) => file.room === "packages/core")
    .flatMap((file) =>
      importsOf(file.text)
        .filter((specifier) => /^node:(?!crypto$)/.test(specifier))
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
  expect(wrong).toEqual([]);
});

test("every service has the same five files", () => {
  const missing = readdirSync(join(ROOT, "services")).flatMap((service) =>
    ["main", "config", "service", "metrics", "index"]
      .map((name) => `services/${service}/src/${name}.ts`)
      .filter((path) => !existsSync(join(ROOT, path))),
  );
  expect(missing).toEqual([]);
});

test(`files stay under ${FILE_LINES_MAX} lines, or say why not`, () => {
  const large = product.filter((file) => file.lines > FILE_LINES_MAX).map((file) => file.path);
  expect(large.filter((path) => !(path in LARGE_FILES))).toEqual([]);
  expect(Object.keys(LARGE_FILES).filter((path) => !large.includes(path))).toEqual([]);
});

test(`functions stay under ${FUNCTION_LINES_MAX} lines, or say why not`, () => {
  const large = product.flatMap((file) =>
    measureFunctions(file.text)
      .filter((measured) => measured.lines > FUNCTION_LINES_MAX)
      .map((measured) => `${file.path} ${measured.name}`),
  );
  expect(large.filter((name) => !(name in LARGE_FUNCTIONS))).toEqual([]);
  expect(Object.keys(LARGE_FUNCTIONS).filter((name) => !large.includes(name))).toEqual([]);
});

test("every error code has its paragraph in the failure modes", () => {
  const table = readFileSync(join(ROOT, "packages/protocol/src/errors.ts"), "utf8");
  const codes = [...table.matchAll(/^ {2}([a-z_]+): [a-z]+\(/gm)].map((match) => match[1] ?? "");
  const page = readFileSync(join(ROOT, "docs/operations/failure-modes.md"), "utf8");
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !page.includes(`### \`${code}\``))).toEqual([]);
});
