import type { XmlElement } from "./read-xml.ts";

export function childElements(element: XmlElement | undefined): XmlElement[] {
  return element?.children.filter((child) => typeof child !== "string") ?? [];
}

export function childrenNamed(element: XmlElement | undefined, name: string): XmlElement[] {
  return childElements(element).filter((child) => child.name === name);
}

export function childNamed(
  element: XmlElement | undefined,
  ...names: string[]
): XmlElement | undefined {
  return childElements(element).find((child) => names.includes(child.name));
}

/** All text within, in order, also around and inside inner elements; common indentation removed. */
export function textOf(element: XmlElement | undefined): string {
  return element === undefined ? "" : dedent(rawTextOf(element));
}

function rawTextOf(element: XmlElement): string {
  return element.children
    .map((child) => (typeof child === "string" ? child : rawTextOf(child)))
    .join("");
}

/** Text outside any inner element. */
export function ownTextOf(element: XmlElement): string {
  return dedent(element.children.filter((child) => typeof child === "string").join(""));
}

export function dedent(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*\n)+/, "")
    .trimEnd()
    .split("\n");
  const indents = lines
    .slice(text.startsWith("\n") ? 0 : 1)
    .filter((line) => line.trim() !== "")
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  // Not as arguments of one call: a text may have more lines than a call takes.
  const common = indents.reduce((least, indent) => Math.min(least, indent), indents[0] ?? 0);
  return lines
    .map((line) => line.replace(new RegExp(`^[ \\t]{0,${common}}`), ""))
    .join("\n")
    .trim();
}
