/**
 * Names of a store's methods that take just any text first, or in a field `tenant` of what they take first: whoever
 * calls one of those need not have verified whose it is. Never, where there are none.
 */
export type TakesAnyText<Store> = {
  [Method in keyof Store]-?: Store[Method] extends (first: infer First, ...rest: never[]) => unknown
    ? IsAnyText<First> extends true
      ? Method
      : never
    : never;
}[keyof Store];

/** Each of several forms is looked at by itself; what takes nothing at all is `unknown`. */
type IsAnyText<First> = unknown extends First
  ? false
  : First extends string
    ? string extends First
      ? true
      : false
    : First extends { tenant?: infer Whose }
      ? string extends Whose
        ? true
        : false
      : false;
