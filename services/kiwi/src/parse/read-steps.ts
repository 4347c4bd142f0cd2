import type { Step } from "@lilux/protocol";
import { codeBlocks, NUMBERED } from "./code-blocks.ts";
import { closesFence, openingFence } from "./markdown-fence.ts";
import { type OpaqueRegion, opaqueRegions } from "./opaque-elements.ts";
import type { XmlElement } from "./read-xml.ts";
import { childElements, childNamed, dedent, ownTextOf, textOf } from "./xml-queries.ts";

const STEPS_MAX = 200;

/** The steps of a `<process>` inside the XML, inner steps after the step that holds them. */
export function stepsOfElement(process: XmlElement | undefined): Step[] {
  if (process === undefined) return [];
  const steps = collectSteps(process);
  if (steps.length > 0) return steps.slice(0, STEPS_MAX);
  const text = textOf(process);
  return text === "" ? [] : stepsOfText(text);
}

function collectSteps(element: XmlElement): Step[] {
  return childElements(element).flatMap((child) =>
    child.name === "step" ? [stepOfElement(child), ...collectSteps(child)] : collectSteps(child),
  );
}

function stepOfElement(element: XmlElement): Step {
  const { name, id, ...attributes } = element.attributes;
  const description = textOf(childNamed(element, "description"));
  return {
    name: name ?? id ?? "",
    description,
    action: actionOf(element),
    attributes,
  };
}

/** The action; what else a step says (a tool call, a check) follows under its own name. */
function actionOf(element: XmlElement): string {
  const parts = [ownTextOf(element)];
  for (const child of childElements(element)) {
    if (child.name === "description" || child.name === "step") continue;
    if (child.name === "action") parts.push(textOf(child));
    else parts.push(`${child.name}: ${describe(child)}`);
  }
  return parts.filter((part) => part !== "").join("\n");
}

function describe(element: XmlElement): string {
  const inner = childElements(element);
  const attributes = Object.entries(element.attributes).map(([name, value]) => `${name}=${value}`);
  const text = inner.length === 0 ? textOf(element) : ownTextOf(element);
  const nested = inner.map((child) => `${child.name}: ${describe(child)}`);
  return [...attributes, text, ...nested].filter((part) => part !== "").join("; ");
}

/** Tags end before the next one begins: text that never closes a tag must not be read again and again. */
const PSEUDO_STEP = /<step\b([^<>]{0,2000})>([\s\S]*?)(?:<\/step\s*>|(?=<step\b)|$)/g;
const ATTRIBUTE = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The steps of a process block that is text for a model, not XML: pseudo tags
 * where there are some, else numbered lines, else one step. What stands in a
 * code block, in CDATA or in an example is part of a step, never one. Never fails.
 */
export function stepsOfText(given: string): Step[] {
  const text = withoutFence(dedent(given));
  const masked = maskCode(text);
  const tagged = [...masked.matchAll(PSEUDO_STEP)].map(({ index, 1: head = "", 2: body = "" }) => {
    const bodyStart = index + "<step>".length + head.length;
    return stepOfTag(head, text.slice(bodyStart, bodyStart + body.length));
  });
  if (tagged.length > 0) return tagged.slice(0, STEPS_MAX);
  return stepsOfLines(text.split("\n"), masked.split("\n"));
}

/** A block that is one fence as a whole is fenced only for its looks. */
function withoutFence(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const fence = openingFence(first);
  const last = rest.at(-1);
  if (fence?.indent !== 0 || last === undefined || !closesFence(last, fence)) return text;
  const inner = rest.slice(0, -1);
  const isOne = !inner.some((line) => closesFence(line, fence));
  return isOne || isSteps(inner.join("\n")) ? inner.join("\n") : text;
}

/** Steps from the first word to the last: blocks of the same fence within are theirs. */
function isSteps(text: string): boolean {
  return /^\s*<step\b/.test(text) && text.trimEnd().endsWith("</step>");
}

/** The text at the same length, with nothing in code and examples that looks like a step. */
function maskCode(text: string): string {
  const regions = opaqueRegions(text);
  const shown = blankRegions(text, regions);
  return blankRegions(blankRegions(shown, codeBlocks(shown)), cdataRegions(text));
}

function cdataRegions(text: string): OpaqueRegion[] {
  const regions: OpaqueRegion[] = [];
  let start = text.indexOf("<![CDATA[");
  while (start >= 0) {
    const close = text.indexOf("]]>", start);
    if (close < 0) break;
    regions.push({ start, end: close + 3 });
    start = text.indexOf("<![CDATA[", close);
  }
  return regions;
}

function blankRegions(text: string, regions: readonly OpaqueRegion[]): string {
  let masked = "";
  let from = 0;
  for (const { start, end } of regions) {
    masked += text.slice(from, start) + blank(text.slice(start, end));
    from = end;
  }
  return masked + text.slice(from);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, "\uFDD0");
}

function stepsOfLines(lines: readonly string[], masked: readonly string[]): Step[] {
  const steps: Step[] = [];
  for (const [at, line] of lines.entries()) {
    const last = steps.at(-1);
    if (last === undefined || NUMBERED.test(masked[at] ?? "")) {
      steps.push({ name: "", description: "", action: line.replace(NUMBERED, ""), attributes: {} });
    } else {
      last.action += `\n${line}`;
    }
  }
  for (const step of steps) step.action = step.action.trim();
  return steps.filter((step) => step.action !== "").slice(0, STEPS_MAX);
}

function stepOfTag(head: string, body: string): Step {
  const all: Record<string, string> = {};
  for (const [, name = "", double, single] of head.matchAll(ATTRIBUTE)) {
    all[name] = double ?? single ?? "";
  }
  const { name, id, ...attributes } = all;
  const description = cutElement(body, "description");
  const rest = description.rest.replace(/<\/?action\s*>/g, "").replace(/<!\[CDATA\[|\]\]>/g, "");
  return {
    name: name ?? id ?? "",
    description: dedent(description.inner),
    action: dedent(rest),
    attributes,
  };
}

/** The first element of a name, and the text without it. */
function cutElement(text: string, name: string): { inner: string; rest: string } {
  const open = `<${name}>`;
  const close = `</${name}>`;
  const start = text.indexOf(open);
  const end = start < 0 ? -1 : text.indexOf(close, start);
  if (end < 0) return { inner: "", rest: text };
  return {
    inner: text.slice(start + open.length, end),
    rest: text.slice(0, start) + text.slice(end + close.length),
  };
}
