/** `arguments: null`, as clients write an empty map, means none. */
export function lenientMessage<T>(message: T): T {
  if (Array.isArray(message)) return message.map(lenientMessage) as T;
  if (!isObject(message) || !isObject(message["params"])) return message;
  const { arguments: given, ...params } = message["params"];
  return given === null ? { ...message, params } : message;
}

/** An argument that may be left out may be null as well; one that must be there is left to its parser. */
export function withoutNulls(given: object, required: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== null || required.includes(name)),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
