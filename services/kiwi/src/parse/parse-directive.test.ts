import { describe, expect, it } from "vitest";
import { parseDirective } from "./parse-directive.ts";
import type { ParseFailure } from "./parse-failure.ts";

function failureOf(text: string, id = "it"): ParseFailure {
  try {
    parseDirective(text, id);
  } catch (error) {
    return error as ParseFailure;
  }
  throw new Error("expected a failure");
}

describe("a directive of the first generation", () => {
  const text = `<!-- validated -->
# Deploy

Some prose that mentions \`<directive>\` and <directives> and </directive>.

\`\`\`xml
<directive name="it" version="1.2.3">
  <metadata>
    <description>Deploys &amp; checks.</description>
    <category>ops/release</category>
    <tags><tag>ship</tag></tags>
    <model_class tier="balanced" fallback="expert">because</model_class>
    <permissions>
      <execute resource="tool" id="check"/>
      <read resource="filesystem" path="**"/>
    </permissions>
    <effect class="destructive">it replaces what runs</effect>
  </metadata>
  <inputs>
    <input name="env" type="str" required="true">Where to.</input>
    <input name="tries" type="int" default="3"/>
    <input name="plan" type="object"><schema><![CDATA[{"maxProperties": 2}]]></schema></input>
  </inputs>
  <process>
    <step name="check" parallel="true">
      <description>First <b>look</b> closely.</description>
      <action><![CDATA[
        if a < b && c:
        \`\`\`sh
        echo "</directive>"
        \`\`\`
      ]]></action>
      <verification>all green</verification>
    </step>
    <step id="ship">Ship {CDATA_OPEN}x{CDATA_CLOSE}.</step>
  </process>
  <outputs><success>Shipped.</success><failure>Why not.</failure></outputs>
</directive>
\`\`\`
`;
  const parsed = parseDirective(text, "it");

  it("gives its metadata", () => {
    expect(parsed).toMatchObject({
      name: "it",
      version: "1.2.3",
      description: "Deploys & checks.",
      tags: ["ship", "ops", "release"],
      effect: "destructive",
      modelClass: { tier: "balanced", fallback: "expert" },
      permissions: [
        { verb: "execute", attributes: { resource: "script", id: "check" } },
        { verb: "read", attributes: { resource: "filesystem", path: "**" } },
      ],
      outputs: { success: "Shipped.", failure: "Why not." },
    });
  });

  it("gives defaults with the digits they are written with", () => {
    const { inputs } = parseDirective(
      `<directive name="x" version="1"><metadata><description>d</description></metadata><inputs>
        <input name="id" type="integer" default="1349021875512938561"/>
        <input name="version" type="string" default="1.10"/>
        <input name="ratio" type="number" default="3.14159265358979323846"/>
        <input name="share" type="number" default="0.50"/>
      </inputs></directive>`,
      "x",
    );
    expect(inputs.map((input) => input.default)).toEqual([
      "1349021875512938561",
      "1.10",
      "3.14159265358979323846",
      0.5,
    ]);
  });

  it("gives its inputs with types, defaults and schemas", () => {
    expect(parsed.inputs).toEqual([
      { name: "env", type: "string", required: true, description: "Where to." },
      { name: "tries", type: "integer", required: false, default: 3 },
      { name: "plan", type: "object", required: false, schema: { maxProperties: 2 } },
    ]);
  });

  it("gives its steps in order, mixed text kept, CDATA with fences and closing tags inside", () => {
    expect(parsed.steps).toEqual([
      {
        name: "check",
        description: "First look closely.",
        action: 'if a < b && c:\n```sh\necho "</directive>"\n```\nverification: all green',
        attributes: { parallel: "true" },
      },
      { name: "ship", description: "", action: "Ship <![CDATA[x]]>.", attributes: {} },
    ]);
  });
});

describe("a directive of the second generation", () => {
  it("takes the steps from the process block after the fence, well-formed or not", () => {
    const text = `\`\`\`xml
<directive name="it" version="1.0.0" extends="base">
  <metadata>
    <description>Reports.</description>
    <model tier="fast" id="x"/>
    <permissions>
      <execute><tool>rye.core.*</tool><directive id="other"/></execute>
      <search>*</search>
    </permissions>
    <hooks><hook><directive name="nested"><metadata/></directive></hook></hooks>
  </metadata>
  <outputs><output name="report">The report.</output></outputs>
</directive>
\`\`\`

<process>
  <step name="one">
    <description>Ask.</description>
    Find items since <date> where a < b.
  </step>
  <step name="two"><action>Write & send.</action></step>
</process>
<success_criteria>done</success_criteria>
`;
    const parsed = parseDirective(text, "it");
    expect(parsed.steps).toEqual([
      {
        name: "one",
        description: "Ask.",
        action: "Find items since <date> where a < b.",
        attributes: {},
      },
      { name: "two", description: "", action: "Write & send.", attributes: {} },
    ]);
    expect(parsed.permissions).toEqual([
      { verb: "execute", attributes: { resource: "script", id: "rye.core.*" } },
      { verb: "execute", attributes: { resource: "directive", id: "other" } },
      { verb: "search", attributes: { resource: "*", id: "*" } },
    ]);
    expect(parsed.modelClass).toEqual({ tier: "fast" });
    expect(parsed.outputs).toEqual({ report: "The report." });
  });

  it("takes numbered lines, else the whole block, for steps", () => {
    const head = `<directive name="it"><metadata/></directive>\n`;
    const numbered = parseDirective(
      `${head}<process>\n1. Look.\n   Twice.\n2. Leap.\n</process>`,
      "it",
    );
    expect(numbered.steps.map((step) => step.action)).toEqual(["Look.\n   Twice.", "Leap."]);
    const plain = parseDirective(`${head}<process>Just do it.</process>`, "it");
    expect(plain.steps.map((step) => step.action)).toEqual(["Just do it."]);
  });
});

describe("files with more than one directive, or none", () => {
  it("takes the one named after the file", () => {
    const text = `<directive name="example"><metadata/></directive>
<directive name="it"><metadata><description>Me.</description></metadata></directive>`;
    expect(parseDirective(text, "it").description).toBe("Me.");
  });

  it("passes over a mention that never closes", () => {
    const text = `Write <directive ...> first.\n<directive name="it"><metadata/></directive>`;
    expect(parseDirective(text, "it").name).toBe("it");
  });

  it("recognises the third generation and refuses it with advice", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as that generation writes it
    const failure = failureOf("---\ndescription: x\nversion: 1.0.0\n---\nDo ${inputs.x}.\n");
    expect(failure.message).toContain("third generation");
    expect(failure.fix).toContain("<directive>");
  });
});

describe("a directive of the third generation is recognised", () => {
  const frontmatter = "---\ndescription: Greets.\nversion: 1.0.0\n---\n\n";
  it.each([
    ["behind a signature", `<!-- tool:signed:2026:ab -->\n${frontmatter}Greet.\n`],
    ["behind a signature that never closes", `<!-- signed 2026\n${frontmatter}Greet.\n`],
    ["behind a line of a hash sign", `# made by a tool\n${frontmatter}Greet.\n`],
    ["behind blank lines", `\n\n${frontmatter}Greet.\n`],
    ["when it mentions a directive", `${frontmatter}Start each <directive to run>.\n`],
    ["when it mentions the tag", `${frontmatter}Write <directive> or <directive name="x">.\n`],
    ["when it shows one", `${frontmatter}<directive name="other"><metadata/></directive>\n`],
    ["when it shows a broken one", `${frontmatter}<directive name="other"><a></directive>\n`],
    ["when its frontmatter never ends", "---\ndescription: Greets.\n\nGreet.\n"],
  ])("%s", (_what, text) => {
    expect(failureOf(text).message).toContain("third generation");
    expect(failureOf(text).fix).toContain("<directive>");
  });

  it("and is none when it holds the element the file is named after", () => {
    const element = '<directive name="it"><metadata><description>d</description></metadata>';
    expect(parseDirective(`${frontmatter}${element}</directive>`, "it").description).toBe("d");
    expect(failureOf(frontmatter + element).message).toContain("never ends");
  });
});

describe("a broken directive says where, why and what to do", () => {
  it.each([
    ["a plain <", '\n\n<directive name="it">\n  <a>1 < 2</a>\n</directive>', 4, "&lt;"],
    ["a plain &", '<directive name="it">\n<a>x && y</a></directive>', 2, "&amp;"],
    ["a < in a value", '<directive name="it">\n<a b="1 < 2"/></directive>', 2, "&lt;"],
    ["a value without quotes", '<directive name="it">\n<a b=1/></directive>', 2, 'name="value"'],
    [
      "an attribute twice",
      '<directive name="it">\n<a b="1" b="2"/></directive>',
      2,
      'name="value"',
    ],
    ["a control character", '<directive name="it">\n<a>\u0007</a></directive>', 2, "Remove"],
    ["an unknown entity", '<directive name="it">\n<a>&lol;</a></directive>', 2, "&amp;"],
    ["a wrong closing tag", '<directive name="it">\n<a>\n</b></directive>', 3, "order"],
    ["an unclosed CDATA", '<directive name="it">\n\n<a><![CDATA[x</a></directive>', 3, "]]>"],
    ["an unclosed comment", '<directive name="it">\n<!-- x </directive>', 2, "-->"],
    ["an unclosed tag", '<directive name="it"\n', 1, ">"],
    ["no name", "\n<directive version='1'></directive>", 2, 'name="it"'],
    [
      "an unknown effect",
      '<directive name="it"><metadata>\n<effect class="x"/></metadata></directive>',
      2,
      "destructive",
    ],
    [
      "a schema that is no JSON",
      '<directive name="it"><inputs>\n<input name="a" schema="{x"/></inputs></directive>',
      2,
      "JSON",
    ],
    [
      "an input without a name",
      '<directive name="it"><inputs>\n<input type="string"/></inputs></directive>',
      2,
      "name=",
    ],
  ])("%s", (_what, text, line, fix) => {
    const failure = failureOf(text);
    expect(failure.line).toBe(line);
    expect(failure.column).toBeGreaterThan(0);
    expect(failure.fix).toContain(fix);
  });

  it("whose name is written in another form of Unicode is not", () => {
    const name = "pr\u00FCfung";
    const text = `<directive name="${name}"><metadata/></directive>`;
    expect(parseDirective(text, name.normalize("NFD")).name).toBe(name);
    expect(parseDirective(text.normalize("NFD"), name).name).toBe(name);
  });

  it("names the file name and the directive name when they differ", () => {
    const failure = failureOf('<directive name="other"><metadata/></directive>');
    expect(failure.message).toBe('the directive is named "other" but its file is named "it"');
    expect(failure.fix).toContain("other.md");
    expect(failureOf('<directive name="a/b: c"><metadata/></directive>').fix).not.toContain(".md");
  });
});

// Mutant: let a pseudo tag run over the next `<`, and the test runs into its time limit.
describe("text made to be read for ever", () => {
  const element = '<directive name="it"><metadata/></directive>\n';
  it.each([
    ["unclosed pseudo steps", `${element}<process>${"<step ".repeat(150_000)}</process>`],
    ["unclosed process tags", `${element}${"<process ".repeat(100_000)}`],
    [
      "unclosed descriptions",
      `${element}<process><step>${"<description>".repeat(75_000)}</step></process>`,
    ],
    [
      "one long attribute name",
      `${element}<process><step ${"a".repeat(900_000)}>x</step></process>`,
    ],
    [
      "comment starts in a value",
      `<directive name="it" a="${"<!--".repeat(200_000)}"></directive>`,
    ],
    ["nested openings", "<directive name='it'>".repeat(45_000)],
  ])("is read once: %s", (_what, text) => {
    try {
      parseDirective(text, "it");
    } catch (error) {
      expect(error).toHaveProperty("fix");
    }
  });
});
