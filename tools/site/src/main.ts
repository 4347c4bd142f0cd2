// Stages the site of docs/ into a folder; tools/setup/docs.mjs builds it there.
import { stageSite } from "./stage-site.ts";

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("Name the folder to stage the site in.");
const { pages } = stageSite(out);
process.stdout.write(`  ${pages.length} pages\n`);
