import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { siteProblems } from "./site-problems.ts";

// Mutants: `leadsSomewhere` without its look at ids; `fetchedIn` without `link`.
test("a built site's lost links, lost places of pages, lost pictures and what comes from elsewhere are named, nothing else", async () => {
  await using folder = await temporaryDirectory();
  await mkdir(join(folder.path, "guides"));
  const page = [
    '<a href="/guides/one#two">',
    '<a class="x" href="./guides/one.html">',
    '<a href="https://elsewhere.example">',
    '<a href="#here"><h1 id="here">',
    '<img src="/a.png"><img src="data:image/png;base64,AA">',
    '<a href="/guides/three"><a href="/guides/one#three"><img src="/b.png">',
    '<script src="https://elsewhere.example/a.js"></script>',
    '<link rel="stylesheet" href="//fonts.example/a.css">',
  ];
  await writeFile(join(folder.path, "index.html"), page.join("\n"));
  await writeFile(join(folder.path, "guides", "one.html"), '<h2 id="two"><a href="../index.html">');
  await writeFile(join(folder.path, "a.png"), "");
  await writeFile(join(folder.path, "a.css"), "a{background:url(https://fonts.example/a.woff2)}");
  expect(siteProblems(folder.path)).toEqual([
    "index.html: /guides/three leads nowhere",
    "index.html: /guides/one#three leads nowhere",
    "index.html: /b.png leads nowhere",
    "index.html: https://elsewhere.example/a.js is fetched from elsewhere",
    "index.html: //fonts.example/a.css is fetched from elsewhere",
    "a.css: https://fonts.example/a.woff2 is fetched from elsewhere",
  ]);
});
