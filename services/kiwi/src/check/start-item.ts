import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ItemType, LiluxError } from "@lilux/protocol";
import type { ItemFields } from "../compose/item-fields.ts";
import { newItemText, titleOf } from "../compose/new-item-text.ts";
import { newPlace } from "../write/new-place.ts";

export interface StartedItem {
  item_type: ItemType;
  qualified_id: string;
  /** The file that was written. */
  path: string;
}

export interface StartItemOptions {
  /** The folder that holds `.ai`, or is to. */
  project: string;
  item_type: ItemType;
  /** Bare, or qualified by category. */
  item_id: string;
  description: string;
}

/**
 * Writes the file of a new item, to be filled in with an editor: one that is read, and that runs.
 * Never over a file that is there. Throws `invalid_request` and `invalid_inputs` as a create does.
 */
export async function startItem(options: StartItemOptions): Promise<StartedItem> {
  const { project, item_type, item_id, description } = options;
  const place = newPlace({ item_type, item_id }, undefined);
  const text = newItemText(place, startingFields(item_type, place.item_id, description));
  const path = join(project, ".ai", ...place.path.split("/"));
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new LiluxError("item_exists", {
      message: `${path} is there already. Choose another id, or edit it.`,
      cause: error,
    });
  }
  return { item_type, qualified_id: place.qualified_id, path };
}

function startingFields(item_type: ItemType, id: string, description: string): ItemFields {
  switch (item_type) {
    case "directive":
      return {
        item_type,
        fields: {
          description,
          effect: "read",
          inputs: [
            { name: "subject", type: "string", required: true, description: "What it is about." },
          ],
          steps: [
            {
              name: "first",
              description: "",
              action: "Write here what is to be done with {subject}.",
              attributes: {},
            },
          ],
        },
      };
    case "script":
      return {
        item_type,
        fields: {
          description,
          effect: "read",
          inputs: [
            { name: "text", type: "string", required: true, description: "What to work on." },
          ],
          code: CODE,
        },
      };
    case "knowledge":
      return {
        item_type,
        fields: { description, body: `# ${titleOf(id)}\n\n${description}` },
      };
  }
}

const CODE = `import argparse
import json


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", required=True)
    given = parser.parse_args()
    print(json.dumps({"characters": len(given.text)}))


if __name__ == "__main__":
    main()
`;
