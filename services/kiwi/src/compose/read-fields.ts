import { isDeepStrictEqual } from "node:util";
import type { ItemType } from "@lilux/protocol";
import { cutMetadata } from "../parse/find-metadata.ts";
import { findDirective, ownTagsOfMetadata } from "../parse/parse-directive.ts";
import { parseItem } from "../parse/parse-item.ts";
import { readScriptTags } from "../parse/parse-script.ts";
import { readPythonModule } from "../parse/python/read-python-module.ts";
import { readTags } from "../parse/read-tags.ts";
import { readYaml } from "../parse/read-yaml.ts";
import { childNamed } from "../parse/xml-queries.ts";

/** What a file says, by the names of the fields it can be written from. Throws `ParseFailure`. */
export function readFields(
  item_type: ItemType,
  text: string,
  id: string,
): Readonly<Record<string, unknown>> {
  const { name, description, version, effect, inputs, permissions, ...parsed } = parseItem(
    item_type,
    text,
    id,
  );
  switch (item_type) {
    case "directive": {
      const { steps, outputs, modelClass: model_class } = parsed;
      const { root } = findDirective(text, id);
      const tags = ownTagsOfMetadata(childNamed(root, "metadata"));
      const fields = { description, version, effect, inputs, permissions, steps, outputs, tags };
      return { ...fields, model_class };
    }
    case "script": {
      const { dependencies = [], variables: environment = [], secrets = [] } = parsed.needs ?? {};
      const tags = readScriptTags(text, readPythonModule(text));
      const fields = { description, version, effect, inputs, permissions, tags };
      return { ...fields, dependencies, environment, secrets };
    }
    case "knowledge": {
      const { yaml, firstLine } = cutMetadata(text, id);
      const metadata = yaml === "" ? {} : readYaml(yaml, firstLine);
      const { entry_type } = metadata;
      const { body } = parsed;
      return {
        title: name,
        description,
        version,
        tags: readTags(metadata["tags"]),
        entry_type,
        body,
      };
    }
  }
}

/** Those of the wanted fields that a file does not say exactly as wanted. */
export function fieldsToChange<F extends object>(
  current: Readonly<Record<string, unknown>>,
  wanted: F,
): (keyof F & string)[] {
  return Object.entries(wanted)
    .filter(([name, value]) => value !== undefined && !isDeepStrictEqual(current[name], value))
    .map(([name]) => name as keyof F & string);
}
