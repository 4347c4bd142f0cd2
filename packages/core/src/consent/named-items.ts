import { type Effect, type Grant, type ItemType, itemTypeOf, type Step } from "@lilux/protocol";
import type { EffectCause } from "./effect-of-grants.ts";

/** An item that a directive's steps or grants name. */
export interface NamedItem {
  /** Undefined where only an id is said. */
  item_type: ItemType | undefined;
  /** Bare or qualified. */
  item_id: string;
  /** A step means to run it; a grant only lets it be run. */
  by: "step" | "grant";
}

/** What steps name and do. */
export interface StepFindings {
  named: NamedItem[];
  /** What they do by themselves, as a call that deletes. */
  causes: EffectCause[];
}

const NAMED_MAX = 256;

/** `script clean_up`, `tool "x/y"`, `execute(directive, "z"`, `item_type: script, item_id: a`. */
const MENTION =
  /\b(scripts?|tools?|directives?)\b["'`\s,:=]{1,8}(?:item_id["'`\s:=]{1,8})?([@\p{L}\p{N}_{$][\p{L}\p{N}_./@${}-]{0,255})/giu;
const ANY_ID = /\bitem_id["'`\s:=]{1,8}([@\p{L}\p{N}_{$][\p{L}\p{N}_./@${}-]{0,255})/giu;
const ACTION =
  /(?:\baction["'`\s:=]{1,8}|\bexecute\([^()]{0,600},\s{0,8}["']?)(create|update|delete|publish)\b/giu;

/**
 * What a directive's steps name, read generously: a step that is prose for a
 * model still says `run script x`. Names of nothing do no harm, they are looked
 * up. An id that is only filled in when the directive runs may be any item's.
 */
export function findInSteps(steps: readonly Step[]): StepFindings {
  const named = new Map<string, NamedItem>();
  const causes: EffectCause[] = [];
  const add = (item_type: ItemType | undefined, written: string): void => {
    const item_id = written.replace(/[.,;:]+$/, "").normalize();
    if (item_id === "") return;
    if (/[{}$]/.test(item_id)) {
      causes.push({ effect: "write", why: "has a step that runs whatever item is filled in" });
    } else named.set(`${item_type}:${item_id}`, { item_type, item_id, by: "step" });
  };
  for (const { name, description, action, attributes } of steps) {
    for (const [key, value] of Object.entries(attributes)) {
      const item_type = itemTypeOf(key);
      if (item_type !== undefined && item_type !== "knowledge") add(item_type, value.trim());
    }
    const text = [name, description, action, ...Object.values(attributes)].join("\n");
    for (const [, type, id = ""] of text.matchAll(MENTION)) add(itemTypeOf(type), id);
    for (const [, id = ""] of text.matchAll(ANY_ID)) add(undefined, id);
    for (const [, verb = ""] of text.matchAll(ACTION)) causes.push(causeOf(verb.toLowerCase()));
  }
  if (named.size > NAMED_MAX) {
    causes.push({ effect: "destructive", why: "names more items than are looked through" });
  }
  return { named: [...named.values()].slice(0, NAMED_MAX), causes };
}

function causeOf(verb: string): EffectCause {
  const effect: Effect = verb === "delete" || verb === "publish" ? "destructive" : "write";
  return { effect, why: `has a step that would ${verb} an item` };
}

/** The items that grants to run name by their ids. */
export function findInGrants(grants: readonly Grant[]): NamedItem[] {
  return grants.flatMap(({ verb, attributes }) => {
    const does = verb === "allow" ? (attributes["verb"] ?? "*") : verb;
    if (verb === "deny" || ["read", "load", "search"].includes(does)) return [];
    const id = attributes["id"] ?? attributes["item_id"] ?? attributes["name"];
    const type = attributes["resource"] ?? attributes["item_type"] ?? attributes["type"];
    const item_type = itemTypeOf(type);
    if (id === undefined || id.includes("*") || item_type === "knowledge") return [];
    if (item_type === undefined && type !== undefined && type !== "*") return [];
    return [{ item_type, item_id: id.normalize(), by: "grant" as const }];
  });
}
