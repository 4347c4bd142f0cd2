// `npm run packages`: @lilux/protocol and @lilux/client as they are published, in dist/packages. Nothing
// is published: `npm publish` in each folder does that, by whoever owns the names.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { stagePackages } from "./stage-packages.ts";

const out = process.argv[2] ?? join(import.meta.dirname, "..", "..", "..", "dist", "packages");
await mkdir(out, { recursive: true });
const { protocol, client } = await stagePackages(out);
process.stdout.write(`${protocol}\n${client}\n`);
