const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Whether an item may have this id in the registry: every part of it is a plain name. */
export function isPublishableId(qualifiedId: string): boolean {
  return qualifiedId.split("/").every((part) => PLAIN_NAME.test(part));
}
