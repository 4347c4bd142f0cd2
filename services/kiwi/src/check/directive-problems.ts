import { permitsCall } from "@lilux/core/permissions";
import { type Grant, ITEM_TYPES, type ItemType } from "@lilux/protocol";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { findPlaceholders } from "../run/fill-placeholders.ts";
import { problemAt, type TextProblem } from "./check-problem.ts";

/** An item by what grants are matched on. */
export interface KnownItem {
  item_type: ItemType;
  item_id: string;
  qualified_id: string;
}

/** What a directive says that nothing answers to. */
export function directiveProblems(
  text: string,
  parsed: ParsedItem,
  known: readonly KnownItem[] | undefined,
): TextProblem[] {
  return [
    ...stepProblems(text, parsed),
    ...placeholderProblems(text, parsed),
    ...(known === undefined ? [] : permissionProblems(text, parsed.permissions, known)),
  ];
}

function stepProblems(text: string, { steps }: ParsedItem): TextProblem[] {
  if (steps.length > 0) return [];
  return [
    problemAt(
      { text, offset: text.indexOf("<directive") },
      {
        rule: "no-steps",
        cause: "it has no steps: whoever runs it is told nothing to do",
        fix: 'Write <process><step name="…"><action>…</action></step></process>.',
      },
    ),
  ];
}

/** Text in backticks and code blocks is shown as it is written; what looks like a path's part may be one. */
function placeholderProblems(text: string, { steps, inputs }: ParsedItem): TextProblem[] {
  const declared = new Set(inputs.map(({ name }) => name));
  const found = new Map<string, TextProblem>();
  for (const { action, description } of steps) {
    for (const { whole, name, form, hasDefault, before } of findPlaceholders(
      `${withoutCode(description)}\n${withoutCode(action)}`,
    )) {
      if (declared.has(name) || found.has(name)) continue;
      if (form === "plain" && /[/\\"'$]$/.test(before)) continue;
      if (hasDefault) continue;
      found.set(
        name,
        problemAt(
          { text, offset: text.indexOf(whole) },
          {
            rule: "unknown-placeholder",
            cause: `${whole} names no declared input: it stays as it is written`,
            fix: fixOf(name, [...declared]),
          },
        ),
      );
    }
  }
  return [...found.values()];
}

function fixOf(name: string, declared: readonly string[]): string {
  const own = `Declare <input name="${name}" type="string">, or put it into backticks if it is text.`;
  return declared.length === 0 ? own : `${own} Declared: ${declared.join(", ")}.`;
}

function withoutCode(text: string): string {
  return text.replace(/(`{3,}|~{3,})[\s\S]*?\1/g, " ").replace(/`[^`\n]*`/g, " ");
}

const ITEM_VERBS = new Set(["search", "load", "read", "execute", "*"]);

/** Of those on items of the library by id: a grant that nothing answers to gives nothing. */
function permissionProblems(
  text: string,
  permissions: readonly Grant[],
  known: readonly KnownItem[],
): TextProblem[] {
  return permissions.flatMap((grant) => {
    const id = grant.attributes["id"] ?? grant.attributes["item_id"] ?? grant.attributes["name"];
    if (!ITEM_VERBS.has(grant.verb) || id === undefined || id === "*") return [];
    // What is in the registry is not known here.
    if (id.startsWith("@") || isForMaking(grant) || answers(grant, known)) return [];
    const offset = text.indexOf(id);
    return [
      problemAt(
        { text, offset },
        {
          rule: "permission-for-nothing",
          cause: `the permission to ${grant.verb} ${grant.attributes["resource"] ?? "item"} "${id}" fits no item of this library`,
          fix: nearest(id, known),
        },
      ),
    ];
  });
}

/** A directive that makes items names those that are not there yet. */
function isForMaking({ attributes }: Grant): boolean {
  return !["run", undefined].includes(attributes["action"]);
}

function answers(grant: Grant, known: readonly KnownItem[]): boolean {
  return known.some((item) => {
    const named = { item_type: item.item_type, item_id: item.qualified_id };
    const call =
      grant.verb === "execute" || grant.verb === "*"
        ? ({ name: "execute", arguments: { ...named, action: "run" } } as const)
        : ({ name: "load", arguments: { ...named, source: "project" } } as const);
    if (grant.verb !== "search") return permitsCall({ grants: [grant], call, item }).permitted;
    return ITEM_TYPES.includes(item.item_type);
  });
}

function nearest(id: string, known: readonly KnownItem[]): string {
  const bare = id.slice(id.lastIndexOf("/") + 1).toLowerCase();
  const near = known
    .filter(({ item_id }) => {
      const other = item_id.toLowerCase();
      return other.includes(bare) || bare.includes(other) || other.slice(0, 4) === bare.slice(0, 4);
    })
    .slice(0, 3)
    .map(({ item_type, qualified_id }) => `${item_type} ${qualified_id}`);
  const first =
    "Write the id of an item that there is, make that item, or take the permission out.";
  return near.length === 0 ? first : `${first} Near: ${near.join(", ")}.`;
}
