import { AdminError } from "./admin-error.ts";

/** What the server refused, by the name of the field. */
export interface Problem {
  field: string;
  message: string;
}

/** Parts of what is sent that hold the fields of a form. */
const WHOLES = new Set(["settings", "limits", "signIn", "body"]);

/** Undefined for what is about no field. */
export function problemOf(thrown: unknown): Problem | undefined {
  if (!(thrown instanceof AdminError) || thrown.field === undefined) return undefined;
  const names = thrown.field.split(/[./[\]]+/).filter((name) => name !== "" && !WHOLES.has(name));
  const [field] = names;
  return field === undefined ? undefined : { field, message: thrown.message };
}

/** Of the element that is filled in. */
export function fieldId(name: string): string {
  return `admin-${name}`;
}
