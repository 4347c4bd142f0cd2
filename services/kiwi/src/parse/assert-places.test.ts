import { describe, expect, it } from "vitest";
import { parseDirective } from "./parse-directive.ts";
import { ParseFailure } from "./parse-failure.ts";

const DESTRUCTIVE = '<effect class="destructive"/>';
const STEPS = "<process><step><action>Do.</action></step></process>";

function directive(inner: string, metadata = "", around = ""): string {
  const head = `<metadata><description>d</description>\n${metadata}</metadata>\n`;
  return `<directive name="it" version="1.0.0">${head}${inner}\n${STEPS}</directive>\n${around}`;
}

function failureOf(text: string): ParseFailure {
  try {
    parseDirective(text, "it");
  } catch (error) {
    if (error instanceof ParseFailure) return error;
  }
  throw new Error("expected a failure");
}

describe("an effect that is present counts, or breaks the directive", () => {
  it.each([
    ["beside the metadata", directive(DESTRUCTIVE), 3],
    ["in other elements of the metadata", directive("", `<limits>${DESTRUCTIVE}</limits>`), 2],
    ["in the permissions", directive("", `<permissions>${DESTRUCTIVE}</permissions>`), 2],
    ["in the inputs", directive(`<inputs>${DESTRUCTIVE}</inputs>`), 3],
    ["in the process", directive(`<context>${DESTRUCTIVE}</context>`), 3],
    ["in another effect", directive("", `<effect class="read">${DESTRUCTIVE}</effect>`), 2],
    ["in a second metadata", directive(`<metadata>${DESTRUCTIVE}</metadata>`), 3],
    ["in a step", directive(`<outputs><success>${DESTRUCTIVE}</success></outputs>`), 3],
    ["of text in a step", directive("<outputs><effect>Destructive</effect></outputs>"), 3],
    ["in capitals", directive("", '<Effect class="destructive"/>'), 2],
    ["in the plural", directive("", '<effects class="destructive"/>'), 2],
    [
      "as an attribute of the metadata",
      directive("").replace("<metadata", '<metadata effect="read"'),
      1,
    ],
    ["as an attribute", directive("").replace("<directive", '<directive effect="destructive"'), 1],
    [
      "as an attribute of two words",
      directive("").replace("<directive", '<directive effect-class="read"'),
      1,
    ],
    ["under another attribute", directive("", '<effect type="destructive"/>'), 2],
    ["of an unknown class", directive("", '<effect class="wipe"/>'), 2],
    ["of an unknown class, elsewhere", directive('<effect class="wipe"/>'), 3],
    ["of a class in capitals", directive("", '<effect class="DESTRUCTIVE"/>'), 2],
    ["of no class", directive("", "<effect/>"), 2],
    ["known and unknown", directive("", '<effect class="read"/><effect class="wipe"/>'), 2],
    ["after the element", directive("", "", DESTRUCTIVE), 5],
    ["after the element, as text", directive("", "", "<effect>destructive</effect>"), 5],
    ["before the element", `${DESTRUCTIVE}\n${directive("")}`, 1],
    [
      "after the element, in its code block",
      `\`\`\`xml\n${directive("", "", `${DESTRUCTIVE}\n\`\`\``)}`,
      6,
    ],
    ["where no metadata is", `<directive name="it">\n${DESTRUCTIVE}${STEPS}</directive>`, 2],
  ])("%s: broken, with its line", (_what, text, line) => {
    const failure = failureOf(text);
    expect(failure.line).toBe(line);
    expect(failure.fix).toContain("effect");
  });

  it.each([
    ["read, then destructive", '<effect class="read"/><effect class="destructive"/>'],
    ["destructive, then read", '<effect class="destructive"/><effect class="read"/>'],
    ["one as text", '<effect class="write"/><effect>destructive</effect>'],
    ["a class and another as its text", '<effect class="read">destructive</effect>'],
  ])("of several the severest counts: %s", (_what, metadata) => {
    expect(parseDirective(directive("", metadata), "it").effect).toBe("destructive");
  });

  it.each([
    ["commented out", directive("", `<!-- ${DESTRUCTIVE} -->`)],
    ["in an example", directive(`<example>${DESTRUCTIVE}</example>`)],
    [
      "of a directive within",
      directive(
        `<hooks><directive name="x"><metadata>${DESTRUCTIVE}</metadata></directive></hooks>`,
      ),
    ],
    ["in CDATA", directive(`<context><![CDATA[${DESTRUCTIVE}]]></context>`)],
    ["what a step does", directive("<outputs><effect>The table is gone.</effect></outputs>")],
    ["in a code block beside it", directive("", "", `\`\`\`xml\n${DESTRUCTIVE}\n\`\`\`\n`)],
    ["in code on a line", directive("", "", `Say \`${DESTRUCTIVE}\` where it is.`)],
    ["in a comment beside it", directive("", "", `<!-- ${DESTRUCTIVE} -->`)],
    [
      "in another directive of the file",
      directive("", "", `<directive name="x">${DESTRUCTIVE}</directive>`),
    ],
    ["as a word", directive("", "", "The <effect> of it is small.")],
  ])("%s: it is none of the directive's", (_what, text) => {
    expect(parseDirective(text, "it").effect).toBe("write");
  });
});

describe("inputs that are present are read, or break the directive", () => {
  const INPUT = '<input name="a" required="true"/>';
  it.each([
    ["in the metadata", directive("", `<inputs>${INPUT}</inputs>`), 2],
    ["without a block", directive(INPUT), 3],
    ["in a second block", directive(`<inputs/>\n<inputs>${INPUT}</inputs>`), 4],
    ["in a group", directive(`<inputs><group>\n${INPUT}</group></inputs>`), 4],
    ["within an input", directive(`<inputs><input name="b">\n${INPUT}</input></inputs>`), 4],
    ["in capitals", directive(`<Inputs>${INPUT}</Inputs>`), 3],
    ["under another name", directive('<inputs><parameter name="a"/></inputs>'), 3],
    ["by names of their own", directive('<inputs><file required="true"/></inputs>'), 3],
    ["as text", directive("<inputs>file: its path</inputs>"), 3],
    ["as an attribute", directive("").replace("<directive", '<directive inputs="a"'), 1],
    ["beside the element", directive("", "", `<inputs>\n${INPUT}\n</inputs>`), 6],
    ["more than can be kept", directive(`<inputs>${INPUT.repeat(101)}</inputs>`), 3],
    [
      "neither required nor not",
      directive('<inputs><input name="a" required="maybe"/></inputs>'),
      3,
    ],
  ])("%s: broken, with its line", (_what, text, line) => {
    const failure = failureOf(text);
    expect(failure.line).toBe(line);
    expect(failure.fix).not.toBe("");
  });

  it.each(["True", "TRUE", "yes", "1", "required"])("required as %s is required", (required) => {
    const text = directive(`<inputs><input name="a" required="${required}"/></inputs>`);
    expect(parseDirective(text, "it").inputs).toMatchObject([{ name: "a", required: true }]);
  });

  it("required as an element is required", () => {
    const text = directive('<inputs><input name="a"><required>true</required>A.</input></inputs>');
    expect(parseDirective(text, "it").inputs).toMatchObject([{ required: true }]);
  });

  it.each([
    ["nothing", directive("<inputs/>")],
    ["a word for nothing", directive("<inputs>None.</inputs>")],
    [
      "those of a step's call",
      directive(`<process><step><inputs>${INPUT}</inputs></step></process>`),
    ],
  ])("%s is none", (_what, text) => {
    expect(parseDirective(text, "it").inputs).toEqual([]);
  });
});

describe("permissions that are present are read, or break the directive", () => {
  const READ = '<read resource="filesystem" path="a"/>';
  it.each([
    ["a second time", directive("", `<permissions/>\n<permissions>${READ}</permissions>`), 3],
    ["in both places", directive(`<permissions>${READ}</permissions>`, "<permissions/>"), 3],
    ["elsewhere", directive(`<context><permissions>${READ}</permissions></context>`), 3],
    ["in the singular", directive("", `<permission>${READ}</permission>`), 2],
    ["beside the element", directive("", "", `<permissions>${READ}</permissions>`), 5],
  ])("%s: broken, with its line", (_what, text, line) => {
    expect(failureOf(text).line).toBe(line);
  });

  it("in the metadata or beside it they are read", () => {
    for (const text of [
      directive("", `<permissions>${READ}</permissions>`),
      directive(`<permissions>${READ}</permissions>`),
    ]) {
      expect(parseDirective(text, "it").permissions).toHaveLength(1);
    }
  });
});

// Mutant: look for the end of every comment; the test runs into its time limit.
describe("text made to be looked through for ever", () => {
  it.each([
    ["comments without an end", "<!--".repeat(200_000)],
    ["inputs without an end", "<input ".repeat(140_000)],
    ["ticks of every length", Array.from({ length: 1_300 }, (_, at) => "`".repeat(at)).join(" ")],
    ["blocks without an end", "```sh\n".repeat(150_000)],
  ])("is bounded: %s", (_what, around) => {
    expect(failureOf(directive("", "", `${around}\n${DESTRUCTIVE}`)).fix).toContain("effect");
  });
});
