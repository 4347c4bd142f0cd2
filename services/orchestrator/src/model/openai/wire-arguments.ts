import { isObject } from "./json-value.ts";

/**
 * What a call was made with, as an object's JSON: servers read it, and some refuse the whole
 * conversation where they cannot. What was wrong with it is told in its result.
 */
export function wireArguments(text: string): string {
  const once = tryJson(text);
  if (isObject(once)) return text;
  const twice = typeof once === "string" ? tryJson(once) : undefined;
  return typeof once === "string" && isObject(twice) ? once : "{}";
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
