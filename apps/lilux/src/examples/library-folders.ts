import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { CHECKOUT } from "../checkout.ts";
import { type StubItem, stubFile } from "./stub-file.ts";

const SESSIONS = "training/router/data/sessions/libraries";
const CALLS = "training/router/data/calls";
/** Small libraries whose notes say something and whose scripts answer, one a file named after it. */
const WRITTEN = "training/orchestrator/libraries";

/** Libraries of the repository that examples are over: a folder, or items that are written out as one. */
const LIBRARIES: Readonly<Record<string, string>> = {
  demo: "examples/library",
  harbour: `${SESSIONS}/harbour.json`,
  school: `${SESSIONS}/school.json`,
  theatre: `${SESSIONS}/theatre.json`,
  roastery: "training/router/data/roastery/items.json",
  museum: "training/router/data/handwritten-calibration/items.json",
  bakery: `${CALLS}/bakery/items.json`,
  clinic: `${CALLS}/clinic/items.json`,
  laboratory: `${CALLS}/laboratory/items.json`,
  platform: `${CALLS}/platform/items.json`,
  nursery: `${WRITTEN}/nursery`,
  bikeshop: `${WRITTEN}/bikeshop`,
  observatory: `${WRITTEN}/observatory`,
};

export interface LibraryFolders {
  folders: Record<string, string>;
  /** Removes what was written. */
  close(): Promise<void>;
}

/** A folder with `.ai` for each of the libraries that are named. Throws `invalid_request` for an unknown one. */
export async function libraryFolders(names: Iterable<string>): Promise<LibraryFolders> {
  const folders: Record<string, string> = {};
  const known = { ...LIBRARIES, ...(await writtenLibraries()) };
  const made = await mkdtemp(join(tmpdir(), "lilux-libraries-"));
  for (const name of new Set(names)) {
    const path = known[name];
    if (path === undefined) {
      const message = `There is no library "${name}" for examples. Known are ${Object.keys(known).join(", ")}.`;
      throw new LiluxError("invalid_request", { message });
    }
    folders[name] = path.endsWith(".json")
      ? await writeOut(join(CHECKOUT, path), join(made, name))
      : join(CHECKOUT, path);
  }
  return { folders, close: () => rm(made, { recursive: true, force: true }) };
}

async function writtenLibraries(): Promise<Record<string, string>> {
  const files = await readdir(join(CHECKOUT, WRITTEN));
  const libraries = files.filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    libraries.map((file) => [file.slice(0, -".json".length), `${WRITTEN}/${file}`]),
  );
}

const Items = Type.Array(
  Type.Object({
    item_type: Type.Union([
      Type.Literal("directive"),
      Type.Literal("script"),
      Type.Literal("knowledge"),
    ]),
    item_id: Type.String(),
    name: Type.Optional(Type.String()),
    description: Type.String(),
    category: Type.String(),
    tags: Type.Optional(Type.Array(Type.String())),
    inputs: Type.Optional(Type.Array(Type.Unknown())),
    effect: Type.Optional(Type.String()),
    body: Type.Optional(Type.String()),
    code: Type.Optional(Type.Array(Type.String())),
  }),
);

async function writeOut(file: string, folder: string): Promise<string> {
  const items: unknown = JSON.parse(await readFile(file, "utf8"));
  for (const item of Value.Parse(Items, items)) {
    const { path, text } = stubFile(item satisfies StubItem);
    const target = join(folder, ".ai", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  return folder;
}
