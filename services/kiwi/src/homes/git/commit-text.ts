import type { Tenant } from "@lilux/protocol";
import type { LibraryAct } from "../../library/library-home.ts";

export interface CommitAuthor {
  name: string;
  email: string;
}

const NAME_CHARACTERS_MAX = 80;
const DONE: Readonly<Record<string, string>> = {
  create: "Create",
  update: "Update",
  delete: "Delete",
  pull: "Pull",
  copy: "Copy",
  review: "Note a person's yes to",
};
const BY = { person: "a person", model: "a model", directive: "a directive that was followed" };

/**
 * Who a commit is by: a person by the name they sign in with, never by their address, which a repository
 * would show to everybody for ever. The address that stands there leads nowhere, and is the same each time.
 */
export function authorOf(tenant: Tenant, person: LibraryAct["person"]): CommitAuthor {
  const id = withoutAddress(person?.id ?? "lilux").replaceAll(/[^A-Za-z0-9._-]/g, "-");
  const name = withoutAddress(person?.name ?? "") || withoutAddress(person?.id ?? "") || "Lilux";
  return { name, email: `${id.slice(0, 64)}@${tenant}.lilux.invalid` };
}

/** A name as a line of a commit takes it; of an address only what stands before the sign. */
function withoutAddress(name: string): string {
  const [before = ""] = name.split("@");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be in it
  const plain = before.replaceAll(/[\u0000-\u001f\u007f-\u009f<>]/g, " ").trim();
  return plain.slice(0, NAME_CHARACTERS_MAX).replaceAll(/^[.,:;"'\\\s]+|[.,:;"'\\\s]+$/g, "");
}

/** What was done, to what, and by which turn. */
export function commitMessage({ action, item, by, turnId, callId }: LibraryAct): string {
  const what = `${DONE[action] ?? "Change"} ${item.item_type} ${item.qualified_id}`;
  const lines = [what, "", `Written by ${BY[by]} through Lilux.`, ""];
  if (turnId !== undefined) lines.push(`Turn: ${oneLine(turnId)}`);
  lines.push(`Call: ${oneLine(callId)}`);
  return `${lines.join("\n")}\n`;
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be in it
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, " ").slice(0, 200);
}
