import { LiluxError } from "@lilux/protocol";
import type { Caller } from "./caller.ts";

/** Somebody who stays: a socket, or an answer that lasts as long as a turn. */
export interface Inside {
  readonly caller: Caller;
  /** What they may do from now on. */
  update(caller: Caller): void;
  /** They may not be in any more. */
  turnOut(error: LiluxError): void;
}

/** Those who are inside by something that can be taken back, and are asked about again and again. */
export interface CallersInside {
  /** Returns what to call when they leave by themselves. */
  enter(inside: Inside): () => void;
  /** Asks about each credential once, however many came by it. Never rejects. */
  lookAgain(): Promise<void>;
}

/** While nobody knows, whoever is in stays in: the directory itself says when that has lasted too long. */
export function createCallersInside(again: (caller: Caller) => Promise<Caller>): CallersInside {
  const byCredential = new Map<string, Set<Inside>>();

  async function lookAgainAt(group: ReadonlySet<Inside>): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    try {
      const caller = await again(first.caller);
      for (const inside of group) inside.update(caller);
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      if (error.retryable || error.code === "internal") return;
      for (const inside of [...group]) inside.turnOut(error);
    }
  }

  return {
    enter(inside) {
      const name = nameOf(inside.caller);
      if (name === undefined) return () => undefined;
      const group = byCredential.get(name) ?? new Set();
      byCredential.set(name, group.add(inside));
      return () => {
        group.delete(inside);
        if (group.size === 0 && byCredential.get(name) === group) byCredential.delete(name);
      };
    },
    async lookAgain() {
      for (const group of [...byCredential.values()]) await lookAgainAt(group);
    },
  };
}

function nameOf({ tenant, person, credential }: Caller): string | undefined {
  switch (credential?.kind) {
    case "key":
      return `key ${credential.keyId}`;
    case "sign-in":
      return `sign-in ${tenant} ${person} ${credential.until} ${credential.role ?? ""}`;
    case undefined:
      return undefined;
  }
}
