import { LiluxError } from "@lilux/protocol";

export function itemTakenDown(what: string, reason: string): LiluxError {
  return new LiluxError("item_taken_down", {
    message: `${what} was taken down by the operator of this server: ${reason} It is neither shown nor run. Use another item; if that is a mistake, its publisher asks the operator to put it back.`,
    details: { reason },
  });
}

export function publisherNotAllowed(namespace: string, publishers: readonly string[]): LiluxError {
  const allowed =
    publishers.length === 0
      ? "nobody else's"
      : `only those of ${publishers.map((name) => `@${name}`).join(", ")}`;
  return new LiluxError("publisher_not_allowed", {
    message: `Your tenant takes no items of @${namespace}: beside its own, ${allowed}. An admin of it can allow the publisher: lilux admin settings <tenant> --publishers ${[...publishers, namespace].join(",")}`,
    details: { field: "item_id", namespace },
  });
}
