import type { InputSpec } from "@lilux/protocol";

/** What an input is made for stays the same from key to key: it is worked out once. */
export function oncePerInput<T>(workOut: (spec: InputSpec) => T): (spec: InputSpec) => T {
  const known = new WeakMap<InputSpec, { value: T }>();
  return (spec) => {
    const found = known.get(spec);
    if (found !== undefined) return found.value;
    const value = workOut(spec);
    known.set(spec, { value });
    return value;
  };
}
