import { ITEM_TYPES, readItemType } from "./item-type.ts";

/** Whether the schema has an item type anywhere. */
export function mentionsItemType(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  return isItemType(schema) || Object.values(schema).some(isAnyMention);
}

function isAnyMention(value: unknown): boolean {
  return Array.isArray(value) ? value.some(mentionsItemType) : mentionsItemType(value);
}

/** The value with every item type read, where its schema has one and nowhere else. */
export function readItemTypes(schema: unknown, value: unknown): unknown {
  if (!isObject(schema) || !mentionsItemType(schema)) return value;
  if (isItemType(schema)) return readItemType(value);
  let read = value;
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const choices = schema[keyword];
    if (Array.isArray(choices)) for (const choice of choices) read = readItemTypes(choice, read);
  }
  if (Array.isArray(read)) return read.map((entry) => readItemTypes(schema["items"], entry));
  return isObject(read) ? readProperties(schema, read) : read;
}

function readProperties(schema: Members, value: Members): Members {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const patterns = isObject(schema["patternProperties"]) ? schema["patternProperties"] : {};
  const others = Object.values(patterns)[0];
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const own = Object.hasOwn(properties, name) ? properties[name] : others;
      return [name, readItemTypes(own, member)];
    }),
  );
}

function isItemType({ enum: values }: Members): boolean {
  return (
    Array.isArray(values) &&
    values.length === ITEM_TYPES.length &&
    ITEM_TYPES.every((type) => values.includes(type))
  );
}

type Members = Record<string, unknown>;

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
