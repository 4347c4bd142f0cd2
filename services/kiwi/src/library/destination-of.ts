import { mkdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { isWithin } from "./is-within.ts";
import type { Library } from "./library.ts";
import type { SourceFolder } from "./source-folder.ts";

/** Where a library's file may be written: its source, and the real path of its `.ai`. */
export interface Destination {
  folder: SourceFolder;
  root: string;
}

/**
 * Makes the folders a new file of a library needs. Throws `invalid_request` for
 * a source the tenant has not, and for a folder that is a link out of the library.
 */
export async function destinationOf(
  library: Library,
  path: string,
  destination: "project" | "user",
): Promise<Destination> {
  const folder = library.source(destination);
  if (folder === undefined) {
    throw new LiluxError("invalid_request", {
      message: `destination ${destination} does not exist for this tenant. Use project.`,
      details: { field: "destination" },
    });
  }
  await mkdir(join(folder.folder, ".ai"), { recursive: true });
  const root = await realpath(join(folder.folder, ".ai"));
  const parent = dirname(join(root, path));
  await mkdir(parent, { recursive: true });
  if (!isWithin(root, await realpath(parent))) throw leavesLibrary();
  return { folder, root };
}

function leavesLibrary(): LiluxError {
  return new LiluxError("invalid_request", {
    message:
      "The destination's folder is a link that leads out of the library. Replace the link by a folder.",
    details: { field: "destination" },
  });
}
