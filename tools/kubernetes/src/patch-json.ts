import { isRecord } from "./kubernetes-object.ts";

/** One step of RFC 6902, of the three that deploy/ uses. */
export interface PatchStep {
  op: "add" | "replace" | "remove";
  path: string;
  value?: unknown;
}

export function isPatchStep(value: unknown): value is PatchStep {
  if (!isRecord(value) || typeof value["path"] !== "string") return false;
  const { op } = value;
  return op === "remove" || ((op === "add" || op === "replace") && "value" in value);
}

/** Does the steps to `target` itself. Throws where a path leads nowhere. */
export function patchJson(target: unknown, steps: readonly PatchStep[]): void {
  for (const step of steps) {
    const keys = step.path.split("/").slice(1).map(unescaped);
    const last = keys.pop();
    if (last === undefined) throw new Error("a patch of the whole is not supported");
    const holder = keys.reduce((at, key) => stepInto(at, key, step.path), target);
    change(holder, last, step);
  }
}

const unescaped = (key: string): string => key.replaceAll("~1", "/").replaceAll("~0", "~");

function stepInto(at: unknown, key: string, path: string): unknown {
  const next = Array.isArray(at) ? at[Number(key)] : isRecord(at) ? at[key] : undefined;
  if (next === undefined) throw new Error(`${path}: there is no ${key}`);
  return next;
}

function change(holder: unknown, key: string, { op, path, value }: PatchStep): void {
  const fresh = structuredClone(value);
  if (Array.isArray(holder)) {
    const at = key === "-" ? holder.length : Number(key);
    if (op !== "add" && !(at in holder)) throw new Error(`${path}: there is no ${key}`);
    holder.splice(at, op === "add" ? 0 : 1, ...(op === "remove" ? [] : [fresh]));
  } else if (isRecord(holder)) {
    if (op !== "add" && !(key in holder)) throw new Error(`${path}: there is no ${key}`);
    if (op === "remove") delete holder[key];
    else holder[key] = fresh;
  } else throw new Error(`${path}: ${key} is of nothing that has parts`);
}
