import type { ExecuteCall } from "@lilux/protocol";

export interface FirstDirective {
  name: string;
  /** What it is for. */
  about: string;
  /** What its one step tells to do. */
  step: string;
}

/** The call that makes a directive of one step. */
export function firstDirective({ name, about, step }: FirstDirective): ExecuteCall {
  const steps = [{ name: "first", description: "", action: step.trim() }];
  return {
    name: "execute",
    arguments: {
      item_type: "directive",
      item_id: name.trim(),
      action: "create",
      parameters: { description: about.trim(), steps },
    },
  };
}

/** What every file system and every door takes as an id. */
export function isItemName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(text);
}
