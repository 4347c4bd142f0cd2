// `npm run sbom`: what the product is made of (CycloneDX), from the lockfile and what is installed, in dist/sbom.cdx.json.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun, prepare, root } from "./toolchain.mjs";

const tools = prepare();
const file = join(root, "dist", "sbom.cdx.json");
mkdirSync(join(root, "dist"), { recursive: true });
const given = ["--sbom-format", "cyclonedx", "--sbom-type", "application", "--prod", "--out", file];
mustRun(tools, root, "pnpm", ["sbom", ...given]);
const { components } = JSON.parse(readFileSync(file, "utf8"));
process.stdout.write(`${components.length} components in ${file}\n`);
