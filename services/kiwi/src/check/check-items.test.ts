import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { checkItems } from "./check-items.ts";
import { startItem } from "./start-item.ts";

const OPTIONS = { userHome: undefined, path: process.env["PATH"] ?? "" };
const DEMO = join(import.meta.dirname, "..", "..", "..", "..", "examples", "library");

const directive = (name: string, inside: string, version = "1.0.0"): string =>
  `<directive name="${name}" version="${version}"><metadata><description>It ${name}s.</description>${inside}</directive>`;
const steps = (action: string): string =>
  `<process><step name="one"><action>${action}</action></step></process>`;
const script = (rest: string): string => `"""It counts."""\n__version__ = "1.0.0"\n${rest}`;
const INPUT = `__inputs__ = [{"name": "word_count", "type": "integer", "required": True}]\n`;

async function library(files: Readonly<Record<string, string>>): Promise<string> {
  const { path } = await temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

/** What is said of each file, as `line rule`. */
async function told(files: Readonly<Record<string, string>>, options = OPTIONS) {
  const path = await library(files);
  const { problems } = await checkItems(path, options);
  const said: Record<string, string[]> = {};
  for (const { path: file, line, rule } of problems) {
    const name = file.slice(file.indexOf("/.ai/") + 1);
    said[name] = [...(said[name] ?? []), `${line} ${rule}`];
  }
  return said;
}

// Fails without any one of the rules: each is the only one that its file offends.
test("an author who errs in any of ten ways is told each, with file and line", async () => {
  const said = await told({
    ".ai/scripts/a_syntax.py": script("def f(:\n  pass\n"),
    ".ai/scripts/b_inputs.py": script("NAMES = []\n__inputs__ = NAMES\n"),
    ".ai/scripts/c_flag.py": script(
      `${INPUT}import argparse\np = argparse.ArgumentParser()\np.add_argument("--words")\n`,
    ),
    ".ai/scripts/d_import.py": script("import json\nimport requests\n"),
    ".ai/scripts/e_version.py": `"""It counts."""\n__version__ = "one"\n`,
    ".ai/directives/f_placeholder.md": directive(
      "f_placeholder",
      `</metadata><inputs><input name="branch" type="string"/></inputs>${steps("Ship {branhc} from `{here}` to /v1/{id}.")}`,
    ),
    ".ai/directives/g_permission.md": directive(
      "g_permission",
      `<permissions><execute resource="script" id="nowhere"/></permissions></metadata>${steps("Go.")}`,
    ),
    ".ai/knowledge/h_silent.md": "---\nid: h_silent\n---\n",
    ".ai/directive/i_folder.md": directive("i_folder", `</metadata>${steps("Go.")}`),
    ".ai/tools/i_folder.py": script(""),
    ".ai/knowledge/j_ending.txt": "Some words.\n",
  });
  expect(said).toEqual({
    ".ai/scripts/a_syntax.py": ["3 python-syntax"],
    ".ai/scripts/b_inputs.py": ["4 broken"],
    ".ai/scripts/c_flag.py": ["3 flag-missing"],
    ".ai/scripts/d_import.py": ["4 undeclared-import"],
    ".ai/scripts/e_version.py": ["2 bad-version"],
    ".ai/directives/f_placeholder.md": ["1 unknown-placeholder"],
    ".ai/directives/g_permission.md": ["1 permission-for-nothing"],
    ".ai/knowledge/h_silent.md": ["1 no-description"],
    ".ai/directive": ["1 wrong-folder"],
    ".ai/tools": ["1 wrong-folder"],
    ".ai/knowledge/j_ending.txt": ["1 wrong-extension"],
  });
});

test("their siblings are told, too", async () => {
  const said = await told({
    ".ai/loose.md": "words",
    ".ai/scripts/run.sh": "echo",
    ".ai/directives/in_wrong_place.py": script(""),
    ".ai/scripts/from_import.py": script("from pandas.io import json\n"),
    ".ai/scripts/other_name.py": script(`__dependencies__ = ["pyyaml"]\nimport yaml, numpy\n`),
    ".ai/scripts/bad_line.py": script(`__dependencies__ = ["git+https://x.example/y"]\n`),
    ".ai/scripts/bare_flag.py": script(`${INPUT}import sys\nprint(sys.argv)\n`),
    ".ai/scripts/no_python_at_all.py": script("return = 1\n"),
    ".ai/directives/marked.md": directive(
      "marked",
      `</metadata>${steps(`Use {{one}}, {input:two}, {input:three:kept} and \${inputs.four}.`)}`,
    ),
    ".ai/directives/odd_input.md": directive(
      "odd_input",
      `</metadata><inputs><input name="a" type="colour"/><input name="a" type="string"/></inputs>${steps("Take {a}.")}`,
      "1",
    ),
    ".ai/directives/idle.md": directive("idle", "</metadata>"),
  });
  expect(said).toEqual({
    ".ai/loose.md": ["1 wrong-folder"],
    ".ai/scripts/run.sh": ["1 wrong-extension"],
    ".ai/directives/in_wrong_place.py": ["1 wrong-extension"],
    ".ai/scripts/from_import.py": ["3 undeclared-import"],
    ".ai/scripts/other_name.py": ["4 undeclared-import"],
    ".ai/scripts/bad_line.py": ["3 bad-dependency"],
    ".ai/scripts/bare_flag.py": ["3 flag-missing"],
    ".ai/scripts/no_python_at_all.py": ["3 python-syntax"],
    ".ai/directives/marked.md": [
      "1 unknown-placeholder",
      "1 unknown-placeholder",
      "1 unknown-placeholder",
    ],
    ".ai/directives/odd_input.md": ["1 bad-version", "1 unknown-input-type", "1 input-twice"],
    ".ai/directives/idle.md": ["1 no-steps"],
  });
});

test("what an author may well write is no problem", async () => {
  const said = await told({
    ".ai/scripts/lib/dates.py": "import requests\n",
    ".ai/scripts/whole.py": script(
      `${INPUT}__dependencies__ = ["Pillow>=10", "ruamel.yaml"]\nimport argparse, os.path\nfrom lib.dates import parse\nfrom PIL import Image\ntry:\n  import rich\nexcept ImportError:\n  rich = None\np = argparse.ArgumentParser()\np.add_argument("file")\np.add_argument("--word_count", type=int)\n`,
    ),
    ".ai/scripts/by_hand.py": script(`${INPUT}import sys\nuses = "--word-count" in sys.argv\n`),
    ".ai/scripts/in_a_loop.py": script(
      `${INPUT}import argparse\np = argparse.ArgumentParser()\nfor n in ("a", "b"):\n  p.add_argument("--" + n)\n`,
    ),
    ".ai/scripts/requirements.txt": "requests\n",
    ".ai/scripts/table.csv": "a,b\n",
    ".ai/README.md": "words",
    ".ai/pictures/one.png": "",
    ".ai/directives/uses.md": directive(
      "uses",
      `<permissions><execute resource="script" id="wh*"/><read resource="knowledge"/><execute resource="script" id="new_one" action="create"/><execute resource="script" id="@acme/x"/></permissions></metadata>${steps("Run `echo {shell}`; say {input:name:you}.")}`,
    ),
  });
  expect(said).toEqual({});
});

test("without Python on the path what the grammar does not know is told all the same", async () => {
  const files = { ".ai/scripts/a.py": script("def f(:\n  pass\n") };
  expect(await told(files, { ...OPTIONS, path: "" })).toEqual({
    ".ai/scripts/a.py": ["3 python-syntax"],
  });
});

test("one file is checked within its library, and one on its own as far as that goes", async () => {
  const path = await library({
    ".ai/scripts/one.py": script("import requests\n"),
    ".ai/scripts/two.py": script("import requests\n"),
    ".ai/tools/three.py": script(""),
    "alone.md": directive(
      "alone",
      `<permissions><execute resource="script" id="nowhere"/></permissions></metadata>${steps("Do {it}.")}`,
    ),
    "notes.txt": "words",
  });
  const rules = async (name: string) =>
    (await checkItems(join(path, name), OPTIONS)).problems.map(({ rule }) => rule);
  expect(await rules(".ai/scripts/one.py")).toEqual(["undeclared-import"]);
  expect(await rules(".ai/scripts")).toEqual(["undeclared-import", "undeclared-import"]);
  expect(await rules(".ai/tools/three.py")).toEqual(["wrong-folder"]);
  expect(await rules("alone.md")).toEqual(["unknown-placeholder"]);
  expect(await rules("notes.txt")).toEqual(["wrong-extension"]);
  await expect(checkItems(join(path, "gone.md"), OPTIONS)).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("the demo library, and every item that is started, has no problem", async () => {
  expect((await checkItems(DEMO, OPTIONS)).problems).toEqual([]);
  const { path } = await temporaryDirectory();
  for (const item_type of ["directive", "script", "knowledge"] as const) {
    const given = { project: path, item_type, item_id: "data/it", description: "It counts." };
    await startItem(given);
    await expect(startItem(given)).rejects.toMatchObject({ code: "item_exists" });
  }
  expect(await checkItems(path, OPTIONS)).toMatchObject({ items: 3, problems: [] });
});
