// Takes out of an installed folder what a container never reads, and out of its SBOM what it took out whole.
// For the Dockerfile: node prune.mjs <folder>
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, argv, platform, stdout } from "node:process";

const folder = argv[2] ?? ".";
const store = `${folder}/node_modules/.pnpm`;

// onnxruntime-node brings the libraries of five platforms; a container runs on one.
const libraries = globSync(`${store}/onnxruntime-node@*/node_modules/onnxruntime-node/bin/*/*/*`);
const others = libraries.filter((path) => !path.endsWith(`/${platform}/${arch}`));
if (libraries.length === others.length) throw new Error("onnxruntime-node has no library for here");

// The page was bundled; nothing is bundled again.
const bundlers = globSync(`${store}/{esbuild,@esbuild+*}@*`);

// Types are for those who write, maps for those who debug.
const unread = globSync(`${store}/**/*.{map,d.ts,d.mts,d.cts}`);

for (const path of [...others, ...bundlers, ...unread])
  rmSync(path, { recursive: true, force: true });

const file = `${folder}/sbom.cdx.json`;
if (existsSync(file)) {
  const sbom = JSON.parse(readFileSync(file, "utf8"));
  const isGone = ({ name, group }) => name === "esbuild" || group === "@esbuild";
  sbom.components = sbom.components.filter((component) => !isGone(component));
  writeFileSync(file, JSON.stringify(sbom));
}
stdout.write(`took out ${others.length + bundlers.length} folders and ${unread.length} files\n`);
