// Stages the site of docs/ into a folder, looks at one that was built (tools/setup/docs.mjs does both), or
// renews the code in its pages (`npm run docs:snippets`) or their pictures (`npm run docs:pictures`), or walks
// the checklist of docs/start (`npm run docs:checklist`).
import { renewPages } from "./renew-pages.ts";
import { siteProblems } from "./site-problems.ts";
import { stageSite } from "./stage-site.ts";

const [what = "", folder = ""] = process.argv.slice(2);
switch (what) {
  case "stage": {
    const { pages } = await stageSite(folder);
    process.stdout.write(`  ${pages.length} pages\n`);
    break;
  }
  case "check": {
    const problems = siteProblems(folder);
    for (const problem of problems) process.stderr.write(`  ${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
    break;
  }
  case "snippets":
    for (const path of renewPages()) process.stdout.write(`  ${path}\n`);
    break;
  case "pictures": {
    const { takePictures } = await import("./pictures/take-pictures.ts");
    for (const path of await takePictures(folder)) process.stdout.write(`  ${path}\n`);
    break;
  }
  case "checklist": {
    const { walkChecklist } = await import("./walk-checklist.ts");
    const done = await walkChecklist((line) => process.stdout.write(`${line}\n`));
    if (!done) process.exitCode = 1;
    break;
  }
  default:
    throw new Error("Say stage, check or pictures with a folder, snippets or checklist.");
}
