import { LiluxError } from "@lilux/protocol";
import { contentProblem } from "../files/field-problem.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { listVersions, readVersion } from "./history.ts";
import type { WriteTarget } from "./write-target.ts";

/** The text of a kept version. Throws `item_not_found` naming the versions there are. */
export async function restoredText(
  { folder, place }: Pick<WriteTarget, "folder" | "place">,
  version: string,
): Promise<string> {
  const root = await folder.root();
  const { item_type, item_id, qualified_id } = place;
  try {
    const kept = root === undefined ? undefined : await readVersion(root, place, version);
    if (kept !== undefined) {
      return await folder.texts.run("checkedContent", item_type, item_id, kept.text);
    }
  } catch (error) {
    throw error instanceof ParseFailure ? contentProblem(item_type, error) : error;
  }
  const versions = root === undefined ? [] : await listVersions(root, place);
  const names = versions.map((one) => one.version);
  const advice = names.length === 0 ? "None is kept." : `There are: ${names.join(", ")}.`;
  throw new LiluxError("item_not_found", {
    message: `No version ${version} of the ${item_type} ${qualified_id} is kept. ${advice}`,
    details: { field: "version", suggestions: names },
  });
}
