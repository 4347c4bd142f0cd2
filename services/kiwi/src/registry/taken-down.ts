import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "@lilux/files";
import { createParser, LiluxError, TakeDown } from "@lilux/protocol";

type Named = Pick<TakeDown, "item_type" | "item_id">;

/**
 * What the operator took down, beside the pins: a pulled item is looked up here at each load and run,
 * so that it counts without the database, and at once for every tool core that shares the state folder.
 */
export interface TakenDown {
  /** `item_id` with its namespace. */
  of(item: Named): Promise<TakeDown | undefined>;
  add(takeDown: TakeDown): Promise<void>;
  remove(item: Named): Promise<void>;
  /** Makes it what the database says. */
  replace(takeDowns: readonly TakeDown[]): Promise<void>;
}

const parser = createParser(TakeDown, "a take-down", "internal");

export function createTakenDown(directory: string): TakenDown {
  const nameOf = ({ item_type, item_id }: Named): string =>
    `${createHash("sha256").update(`${item_type}:${item_id}`).digest("hex")}.json`;

  async function add(takeDown: TakeDown): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await replaceFile(join(directory, nameOf(takeDown)), JSON.stringify(takeDown));
  }

  return {
    async of(item) {
      try {
        const text = await readFile(join(directory, nameOf(item)), "utf8");
        return parser.parse(JSON.parse(text));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        // What cannot be read may say that this very item was taken down.
        throw new LiluxError("signing_key_unusable", {
          message:
            "What was taken down cannot be read under the state directory. Mend the file's rights, or remove the file and start again.",
          cause: error,
        });
      }
    },
    add,
    remove: (item) => rm(join(directory, nameOf(item)), { force: true }),
    async replace(takeDowns) {
      for (const takeDown of takeDowns) await add(takeDown);
      const wanted = new Set(takeDowns.map(nameOf));
      const names = await readdir(directory).catch((): string[] => []);
      for (const name of names) {
        if (!wanted.has(name)) await rm(join(directory, name), { force: true });
      }
    },
  };
}
