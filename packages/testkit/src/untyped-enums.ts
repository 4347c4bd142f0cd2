/** Where in a JSON document an `enum` stands without a `type` beside it; some clients refuse such schemas. */
export function untypedEnums(document: unknown, path = ""): string[] {
  if (typeof document !== "object" || document === null) return [];
  const own = "enum" in document && Array.isArray(document.enum) && !("type" in document);
  const below = Object.entries(document).flatMap(([name, value]) =>
    untypedEnums(value, `${path}/${name}`),
  );
  return own ? [path, ...below] : below;
}
