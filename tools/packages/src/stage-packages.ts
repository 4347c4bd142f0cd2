import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PACKAGES = join(ROOT, "packages");
const BUILD_WITHIN_MS = 120_000;
const run = promisify(execFile);

interface Manifest {
  name: string;
  version: string;
  license: string;
}

/**
 * Writes `@lilux/protocol` and `@lilux/client` as they are published into folders below this one:
 * JavaScript, types, README and licence, and nothing of the workspace.
 */
export async function stagePackages(out: string): Promise<{ protocol: string; client: string }> {
  const emitted = await mkdtemp(join(tmpdir(), "lilux-packages-"));
  try {
    await emit(emitted);
    const protocol = await stage("protocol", {
      out,
      description: "Every shape that crosses a wire of Lilux, as schemas, parsers and types.",
      dependencies: { typebox: await versionOf("typebox") },
    });
    await cp(join(emitted, "protocol", "src"), join(protocol, "dist"), { recursive: true });
    const client = await stage("client", {
      out,
      description: "The session socket of Lilux for browsers and Node: it reconnects and resumes.",
      dependencies: { "@lilux/protocol": (await manifestOf("protocol")).version },
    });
    await bundleClient(join(client, "dist"));
    for (const name of [
      "index",
      "lilux-client",
      "create-lilux-client",
      "web-socket-like",
      "undo-of",
    ]) {
      const file = `${name}.d.ts`;
      await cp(join(emitted, "client", "src", file), join(client, "dist", file));
    }
    await cp(join(PACKAGES, "client", "examples"), join(client, "examples"), { recursive: true });
    for (const folder of [protocol, client]) await nameTypesAsScripts(join(folder, "dist"));
    return { protocol, client };
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

/** JavaScript and types of both, by the compiler that checks them. */
async function emit(outDir: string): Promise<void> {
  const config = join(outDir, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: PACKAGES,
    typeRoots: [join(ROOT, "node_modules", "@types")],
    outDir,
  };
  const files = ["protocol", "client"].map((name) => join(PACKAGES, name, "src", "index.ts"));
  const extended = { extends: join(ROOT, "tsconfig.json"), compilerOptions, include: [], files };
  await writeFile(config, JSON.stringify(extended));
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [compiler, "-p", config], { timeout: BUILD_WITHIN_MS });
}

/** What the client takes from the workspace's core is in it; the protocol is a package of its own. */
async function bundleClient(outdir: string): Promise<void> {
  await build({
    entryPoints: [join(PACKAGES, "client", "src", "index.ts")],
    outdir,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    external: ["@lilux/protocol"],
    logLevel: "silent",
  });
}

interface Staging {
  out: string;
  description: string;
  dependencies: Readonly<Record<string, string>>;
}

async function stage(
  name: "protocol" | "client",
  { out, description, dependencies }: Staging,
): Promise<string> {
  const folder = join(out, name);
  await mkdir(join(folder, "dist"), { recursive: true });
  const { name: published, version, license } = await manifestOf(name);
  const manifest = {
    name: published,
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    files: ["dist", "examples"],
    engines: { node: ">=22" },
    dependencies,
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await cp(join(PACKAGES, name, "README.md"), join(folder, "README.md"));
  await cp(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  return folder;
}

async function manifestOf(name: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(PACKAGES, name, "package.json"), "utf8")) as Manifest;
}

async function versionOf(dependency: string): Promise<string> {
  const file = join(PACKAGES, "protocol", "node_modules", dependency, "package.json");
  return (JSON.parse(await readFile(file, "utf8")) as Manifest).version;
}

/** Types name their neighbours as the scripts that they describe. */
async function nameTypesAsScripts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replaceAll(/(["'])(\.\/[\w./-]+)\.ts\1/g, "$1$2.js$1"));
  }
}
