import { posix } from "node:path";
import { type Comment, type Program, parseSync } from "oxc-parser";
import { anchorOf } from "../anchor-of.ts";

/** A package whose exports are shown: by their doc comments, as its sources declare them. */
export interface DocumentedPackage {
  name: string;
  /** Its page in reference/, without extension. */
  page: string;
  /** The folder of its door, `index.ts`. */
  folder: string;
}

export interface Exported {
  name: string;
  /** The file that declares it, by its name alone. */
  file: string;
  /** What its doc comment says. */
  says: string;
  /** How it is declared, without what is inside of functions. */
  code: string;
}

/** A declaration that is longer is shown to here. */
const LINES_MAX = 80;

/** Everything that a package's door exports, in the order of the door. */
export function exportsOf(folder: string, read: (path: string) => string): Exported[] {
  const door = parse(read(posix.join(folder, "index.ts")), "index.ts");
  return door.program.body.flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration" || statement.source === null) return [];
    const file = statement.source.value.replace(/^\.\//, "");
    const declared = declarationsOf(read(posix.join(folder, file)), file);
    return statement.specifiers.flatMap(({ exported }) => {
      const name = exported.type === "Identifier" ? exported.name : "";
      return shownOf(
        name,
        declared.filter((one) => one.name === name),
      );
    });
  });
}

/** A schema and the type made of it are one thing with one name: the schema says all of it. */
function shownOf(name: string, declared: readonly Exported[]): Exported[] {
  const isTypeOfSchema = ({ code }: Exported): boolean => /= Static<typeof \w+>;?$/.test(code);
  const own = declared.filter((one) => declared.length === 1 || !isTypeOfSchema(one));
  const [first] = own;
  if (first === undefined) return [];
  const says = declared.map((one) => one.says).filter((text) => text !== "");
  return [
    { ...first, name, says: says.join("\n\n"), code: own.map(({ code }) => code).join("\n\n") },
  ];
}

interface Parsed {
  program: Program;
  comments: readonly Comment[];
  text: string;
}

function parse(text: string, file: string): Parsed {
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? ""}`);
  return { program, comments, text };
}

function declarationsOf(text: string, file: string): Exported[] {
  const parsed = parse(text, file);
  return parsed.program.body.flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) return [];
    const name = nameOf(statement.declaration);
    const says = docBefore(parsed, statement.start);
    return [{ name, file, says, code: cut(signatureOf(statement.declaration, parsed)) }];
  });
}

type Declaration = NonNullable<
  Extract<Program["body"][number], { type: "ExportNamedDeclaration" }>["declaration"]
>;

function nameOf(declaration: Declaration): string {
  if (declaration.type === "VariableDeclaration") {
    const id = declaration.declarations[0]?.id;
    return id?.type === "Identifier" ? id.name : "";
  }
  return "id" in declaration && declaration.id?.type === "Identifier" ? declaration.id.name : "";
}

/** A declaration without the insides of its functions. */
function signatureOf(declaration: Declaration, parsed: Parsed): string {
  const { text } = parsed;
  if (declaration.type === "FunctionDeclaration") {
    return `${text.slice(declaration.start, declaration.body?.start).trim()};`;
  }
  if (declaration.type !== "ClassDeclaration")
    return text.slice(declaration.start, declaration.end);
  const members = declaration.body.body.map((member) => {
    const body = member.type === "MethodDefinition" ? member.value.body : null;
    const said = docBefore(parsed, member.start);
    const comment = said === "" ? "" : `  /** ${said.replaceAll("\n", "\n   * ")} */\n`;
    const shown = text.slice(member.start, body?.start ?? member.end).trim();
    return `${comment}  ${shown.replace(/;?$/, ";")}`;
  });
  return `${text.slice(declaration.start, declaration.body.start)}{\n${members.join("\n")}\n}`;
}

/** What the doc comment right before a place says, without its stars. */
function docBefore({ comments, text }: Parsed, start: number): string {
  const last = comments.findLast(({ end }) => end <= start);
  if (last === undefined || !last.value.startsWith("*")) return "";
  if (text.slice(last.end, start).trim() !== "") return "";
  const lines = last.value.slice(1).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\*? ?/, ""))
    .join("\n")
    .trim();
}

function cut(code: string): string {
  const lines = code.split("\n");
  return lines.length <= LINES_MAX ? code : `${lines.slice(0, LINES_MAX).join("\n")}\n// …`;
}

/** A package's page; whatever another page or place of it tells of is linked. */
export function apiPage(
  own: DocumentedPackage & { exported: readonly Exported[] },
  all: readonly (DocumentedPackage & { exported: readonly Exported[] })[],
): string {
  const places = new Map(
    all.flatMap(({ page, exported }) =>
      exported.map(({ name }) => [
        name,
        `${page === own.page ? "" : `${page}.md`}#${anchorOf(name)}`,
      ]),
    ),
  );
  const files = [...new Set(own.exported.map(({ file }) => file))];
  const sections = files.map((file) => {
    const inFile = own.exported.filter((one) => one.file === file);
    return `## ${file.replace(/\.ts$/, "").replaceAll("-", " ")}\n\n${inFile.map((one) => entryOf(one, places)).join("\n\n")}`;
  });
  return `# ${own.name}\n\nEverything the package exports, as its sources declare it and in their words. How to get it is in [use it from a program](../guides/use-from-a-program.md).\n\n${sections.join("\n\n")}\n`;
}

function entryOf({ name, says, code }: Exported, places: ReadonlyMap<string, string>): string {
  const words = new Set(code.match(/\b[A-Z]\w+/g) ?? []);
  const links = [...words]
    .filter((word) => word !== name && places.has(word))
    .map((word) => `[\`${word}\`](${places.get(word) ?? ""})`);
  return [
    `### ${name}`,
    ...(says === "" ? [] : [says]),
    `\`\`\`ts\n${code}\n\`\`\``,
    ...(links.length === 0 ? [] : [`With ${links.join(", ")}.`]),
  ].join("\n\n");
}
