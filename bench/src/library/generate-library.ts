import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OBJECTS, PLACES, VERBS } from "./vocabulary.ts";

/**
 * Writes a library of `count` items (at most 10,000) under `directory/.ai`:
 * every verb with every object at every place, in thirds of directives,
 * scripts and knowledge. The same count gives the same files.
 */
export function generateLibrary(directory: string, count: number): void {
  const most = VERBS.length * OBJECTS.length * PLACES.length;
  if (count > most) throw new Error(`at most ${most} items can be made`);
  for (let index = 0; index < count; index += 1) writeItem(directory, index);
}

function writeItem(directory: string, index: number): void {
  const [verb, head, tail] = VERBS[index % VERBS.length] ?? VERBS[0];
  const object = OBJECTS[Math.floor(index / VERBS.length) % OBJECTS.length] ?? "";
  const place = PLACES[Math.floor(index / (VERBS.length * OBJECTS.length))] ?? "";
  const id = `${verb}_${place}_${object}`;
  const description = `${head} the ${object} of the ${place} ${tail}.`;
  const [kind, extension, content] = contentOf(index % 3, { id, description, place });
  const folder = join(directory, ".ai", kind, place);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.${extension}`), content);
}

interface ItemParts {
  id: string;
  description: string;
  place: string;
}

function contentOf(kind: number, { id, description, place }: ItemParts): [string, string, string] {
  switch (kind) {
    case 0:
      return ["directives", "md", directive({ id, description, place })];
    case 1:
      return [
        "scripts",
        "py",
        `"""${description}"""\n__version__ = "1.0.0"\nprint('{"status": "success"}')\n`,
      ];
    default:
      return [
        "knowledge",
        "md",
        `---\nid: ${id}\ntitle: ${description}\nentry_type: reference\ncategory: ${place}\ntags: [${place}]\nversion: 1.0.0\n---\n\n${description}\n`,
      ];
  }
}

function directive({ id, description, place }: ItemParts): string {
  return `# ${id}

\`\`\`xml
<directive name="${id}" version="1.0.0">
  <metadata>
    <description>${description}</description>
    <category>${place}</category>
    <model_class tier="fast"/>
    <permissions><read resource="filesystem" path="**"/></permissions>
  </metadata>
  <inputs><input name="path" type="string" required="false">Where to look.</input></inputs>
  <process><step name="do"><action>Read the path and report.</action></step></process>
</directive>
\`\`\`
`;
}
