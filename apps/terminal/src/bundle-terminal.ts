import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

export interface BundleTerminalOptions {
  /** Made when missing. Gets `index.html` and files with a hash in their names. */
  outDirectory: string;
}

const PAGE = fileURLToPath(new URL("./page", import.meta.url));

/** The parts of the page, by the name `index.html` has for them. */
const ENTRIES = {
  main: join(PAGE, "main.tsx"),
  // Apart, so that nobody but admins loads it.
  admin: join(PAGE, "admin/main.tsx"),
  adminstyle: join(PAGE, "admin/admin.css"),
  theme: join(PAGE, "theme/apply-remembered.ts"),
  style: join(PAGE, "styles/main.css"),
  favicon: join(PAGE, "favicon.svg"),
} as const;

/**
 * Bundles the web terminal. Nothing in it is inline and nothing comes from
 * elsewhere, so it works under a content security policy of `'self'` alone.
 * All files but `index.html` may be cached for ever.
 */
export async function bundleTerminal({ outDirectory }: BundleTerminalOptions): Promise<void> {
  await mkdir(outDirectory, { recursive: true });
  const { metafile } = await build({
    entryPoints: ENTRIES,
    outdir: outDirectory,
    absWorkingDir: PAGE,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: ["es2024", "chrome123", "firefox128", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "copy" },
    // Workspace packages may mention Node's modules in files the page drops.
    external: ["node:*"],
    logLevel: "silent",
  });
  const names = outputNames(metafile);
  await removeStale(outDirectory, new Set(names.values()));
  const template = await readFile(join(PAGE, "index.html"), "utf8");
  await writeFile(join(outDirectory, "index.html"), fillIn(template, names));
}

const HASHED = /^(?:main|admin|theme|style|adminstyle|favicon)-[A-Z0-9]{8}\.(?:js|css|svg)$/;

/** Takes away what earlier bundles left, so that the folder does not grow with every change. */
async function removeStale(directory: string, current: Set<string>): Promise<void> {
  const names = await readdir(directory);
  const stale = names.filter((name) => HASHED.test(name) && !current.has(name));
  await Promise.all(stale.map((name) => rm(join(directory, name), { force: true })));
}

function outputNames(metafile: Metafile): Map<string, string> {
  const names = new Map<string, string>();
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const file = basename(path);
    // A copied file is no entry point of its own in every esbuild version: the name tells it too.
    const name = file.slice(0, file.lastIndexOf("-"));
    if (output.bytes > 0) names.set(name, file);
  }
  return names;
}

function fillIn(template: string, names: Map<string, string>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const file = names.get(name);
    if (file === undefined) throw new Error(`The terminal's bundle has no ${name}.`);
    return file;
  });
}
