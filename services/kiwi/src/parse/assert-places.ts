import { failureAt } from "./parse-failure.ts";
import { readEffect } from "./read-effect.ts";
import type { XmlElement } from "./read-xml.ts";
import { childElements, ownTextOf, textOf } from "./xml-queries.ts";

/**
 * Throws `ParseFailure` for an effect, inputs or permissions that stand where they
 * are not read: what a directive does would be milder than what its file says.
 */
export function assertPlaces(text: string, root: XmlElement): void {
  for (const element of [root, ...childElements(root)]) assertNoAttributes(text, element);
  const children = childElements(root);
  const metadata = children.find(({ name }) => name === "metadata");
  const read = new Set<XmlElement | undefined>([
    metadata,
    ...childElements(metadata).filter(({ name }) => name === "effect"),
    children.find(({ name }) => name === "inputs"),
    firstPermissions(metadata) ?? firstPermissions(root),
  ]);
  for (const { element, path } of elementsOf(root)) {
    const kind = kindOf(element, path);
    if (kind === undefined || read.has(element)) continue;
    throw failureAt(text, element.offset, {
      cause: `<${element.name}> stands here where it is not read`,
      fix: ADVICE[kind],
    });
  }
  assertInputs(
    text,
    [...read].find((element) => element?.name === "inputs"),
  );
}

const ADVICE = {
  effect: 'Write it once, as <effect class="destructive"/> in <metadata>.',
  inputs: "Write one <inputs> beside <metadata>, with an <input> for each.",
  permissions: "Write one <permissions> in <metadata>.",
  metadata: "Put what it holds, such as its <effect>, into the first <metadata>.",
} as const;

type Kind = keyof typeof ADVICE;

const KINDS: Readonly<Record<string, Kind>> = {
  effect: "effect",
  effects: "effect",
  effect_class: "effect",
  input: "inputs",
  inputs: "inputs",
  permission: "permissions",
  permissions: "permissions",
  metadata: "metadata",
};

/** What is said to a model, or handed to another directive: these may speak of anything. */
const SPOKEN = new Set(["process", "hooks", "hook", "outputs", "success_criteria"]);

/** What an element would be if it stood where it is read; undefined for any other element. */
function kindOf(element: XmlElement, path: readonly string[]): Kind | undefined {
  const kind = KINDS[element.name.toLowerCase()];
  const isSpoken = path.some((name) => SPOKEN.has(name));
  if (kind === "effect") return isSpoken && isProse(element) ? undefined : kind;
  if (kind === undefined || isSpoken) return undefined;
  // The members of a block are its readers' business.
  if (element.name === "input" && path.at(-1) === "inputs") return undefined;
  if (path.includes("permissions")) return undefined;
  return kind === "metadata" && path.length > 0 ? undefined : kind;
}

/** "The table is gone" is what a step does; "destructive" is a class. */
function isProse(element: XmlElement): boolean {
  const hasClass = Object.keys(element.attributes).length > 0;
  return !hasClass && readEffect(textOf(element).toLowerCase()) === undefined;
}

function firstPermissions(parent: XmlElement | undefined): XmlElement | undefined {
  return childElements(parent).find(({ name }) => name === "permissions");
}

/** Every element within, with the names around it; a nested directive answers for itself. */
function* elementsOf(
  parent: XmlElement,
  path: readonly string[] = [],
): Generator<{ element: XmlElement; path: readonly string[] }> {
  for (const element of childElements(parent)) {
    if (element.name === "directive") continue;
    yield { element, path };
    yield* elementsOf(element, [...path, element.name]);
  }
}

function assertNoAttributes(text: string, element: XmlElement): void {
  if (element.name !== "directive" && element.name !== "metadata") return;
  for (const name of Object.keys(element.attributes)) {
    const kind = KINDS[name.toLowerCase().replace("-", "_")];
    if (kind === undefined) continue;
    throw failureAt(text, element.offset, {
      cause: `the attribute ${name} is not read here`,
      fix: ADVICE[kind],
    });
  }
}

const NO_INPUTS = /^(?:none|no\b.*|nothing|n\/a|-|\(none\))\.?$/i;
const BESIDE_INPUTS = new Set(["input", "description", "note"]);

/** What a block of inputs holds beside inputs must not be one that nobody reads. */
function assertInputs(text: string, inputs: XmlElement | undefined): void {
  if (inputs === undefined) return;
  const other = childElements(inputs).find(({ name }) => !BESIDE_INPUTS.has(name));
  const said = ownTextOf(inputs);
  const isText = childElements(inputs).length === 0 && said !== "" && !NO_INPUTS.test(said);
  if (other === undefined && !isText) return;
  const what = other === undefined ? "text" : `<${other.name}>`;
  throw failureAt(text, (other ?? inputs).offset, {
    cause: `<inputs> holds ${what} here, which is not read`,
    fix: 'Write <input name="…" type="string" required="true">…</input> for each input.',
  });
}
