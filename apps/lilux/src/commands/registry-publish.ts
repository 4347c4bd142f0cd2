import type { CommandContext } from "../command-context.ts";
import { execute } from "./execute.ts";

/** Parameters of a publish by the options that give them. */
const PARAMETERS = {
  as: "version",
  changelog: "changelog",
  visibility: "visibility",
  namespace: "namespace",
  license: "license",
  repository: "repository",
  commit: "commit",
  builtBy: "built_by",
} as const;

/** `lilux registry publish <item-type> <item-id>`: what `lilux execute … --action publish` does, with its words. */
export async function publishItem(
  context: CommandContext,
  [item_type = "", item_id = ""]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const pairs = Object.entries(PARAMETERS).flatMap(([option, name]) => {
    const value = options[option];
    // As a JSON text, so that a commit of digits alone is no number.
    return typeof value === "string" ? [`${name}=${JSON.stringify(value)}`] : [];
  });
  const asked = { action: "publish", confirm: options["confirm"] };
  return execute(context, [item_type, item_id, ...pairs], asked);
}
