import type { Engine } from "./engine.ts";

const BYTES_MAX = 500_000_000;
/** What a container never runs, and whoever breaks into one would like to. */
const NOT_IN_IT = ["npm", "npx", "pnpm", "corepack", "yarn", "gcc", "make", "curl", "wget", "git"];

/** In a container of the image, as it is run: closed, with nothing but its memory to write to. */
export function inImage(image: string, command: readonly string[]): string[] {
  const [program = "", ...args] = command;
  const closed = [
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--network=none",
  ];
  return ["run", "--rm", ...closed, `--entrypoint=${program}`, image, ...args];
}

/** Throws where the image is too large. */
export function sizeOf(engine: Engine, image: string): string {
  const bytes = Number(engine.read(["image", "inspect", "--format", "{{.Size}}", image]));
  const parts = [
    "/lilux/node_modules",
    "/lilux/models",
    "/lilux/terminal",
    "/usr/local/bin",
    "/usr/lib",
    "/usr/bin",
  ];
  const kib = engine
    .read(inImage(image, ["du", "-sk", ...parts]))
    .trim()
    .split("\n");
  const told = kib
    .map((line) => line.split("\t"))
    .map(([size, part]) => `${part} ${Math.round((Number(size) * 1.024) / 1_000)}`);
  const text = `${megabytes(bytes)} MB (${told.join(", ")})`;
  if (bytes >= BYTES_MAX) throw new Error(`${text}, and may have ${megabytes(BYTES_MAX)}`);
  return text;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}

/** Throws for tools of builders in it, and for a user that is root. */
export function closedness(engine: Engine, image: string): string {
  const script = `id -u; for name in ${NOT_IN_IT.join(" ")}; do command -v $name; done; touch /lilux/x 2>&1; true`;
  const [uid, ...found] = engine
    .read(inImage(image, ["sh", "-c", script]))
    .trim()
    .split("\n");
  if (uid !== "1000") throw new Error(`its user is ${uid}`);
  const [touched, ...tools] = found.toReversed();
  if (!/Read-only file system/.test(touched ?? ""))
    throw new Error(`its root can be written: ${touched}`);
  if (tools.length > 0) throw new Error(`in it are ${tools.join(", ")}`);
  return "user 1000, a root that cannot be written, no tools of builders";
}

/** Throws unless the bill in the image names every package that is in it, and no other. */
export function billOfMaterials(engine: Engine, image: string): string {
  const told = engine.read(inImage(image, ["cat", "/lilux/sbom.cdx.json"]));
  const named = namesIn(JSON.parse(told));
  const folders = engine
    .read(inImage(image, ["ls", "/lilux/node_modules/.pnpm"]))
    .trim()
    .split("\n");
  const there = new Set(folders.flatMap((folder) => packageOf(folder) ?? []));
  const unnamed = [...there].filter((name) => !named.has(name));
  const gone = [...named].filter((name) => !there.has(name));
  if (unnamed.length > 0) throw new Error(`it does not name ${unnamed.slice(0, 10).join(", ")}`);
  if (gone.length > 0)
    throw new Error(`it names what is not there: ${gone.slice(0, 10).join(", ")}`);
  return `${there.size} packages, all named`;
}

/** `@scope+name@1.2.3_of-others` is `@scope/name@1.2.3`. */
export function packageOf(folder: string): string | undefined {
  const [, name, version] = /^((?:@[^+@]+\+)?[^@]+)@([^_(]+)/.exec(folder) ?? [];
  return name === undefined ? undefined : `${name.replace("+", "/")}@${version}`;
}

function namesIn(bill: {
  components?: { group?: string; name: string; version?: string }[];
}): Set<string> {
  const own = /^@lilux\/|^lilux@/;
  const names = (bill.components ?? []).map(
    ({ group, name, version }) => `${group === undefined ? "" : `${group}/`}${name}@${version}`,
  );
  return new Set(names.filter((name) => !own.test(name)));
}
