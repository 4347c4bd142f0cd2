import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@lilux/core/async";
import type { Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";

/** What a person is asked about, and in which session. */
export interface Question {
  tenant: Tenant;
  /** Undefined for callers without sessions, as REST's. */
  sessionId: string | undefined;
  callId: string;
  /** Of the exact arguments. */
  callDigest: string;
  /** Hashes of everything that would run, be replaced, be published or be taken in. */
  contents: readonly string[];
}

/**
 * The questions that wait for a person. Each has a nonce that nobody can
 * compute, good for one try, in its session, for ten minutes, for exactly the
 * call and the contents it was asked about. They are kept in memory: a tool
 * core that was started anew knows none and asks again.
 */
export interface Questions {
  ask(question: Question): string;
  /** Whether this nonce was issued for exactly this question. It is used up by being tried. */
  answer(nonce: string, question: Question): boolean;
}

const KEEP_MS = 10 * 60_000;
const TENANTS_MAX = 1_000;
/** Of one tenant; the oldest go first. */
const QUESTIONS_MAX = 200;

interface Waiting {
  digest: string;
  expiresAt: number;
}

export function createQuestions(clock: Pick<Clock, "unix">): Questions {
  const tenants = new LRUCache<string, LRUCache<string, Waiting>>({ max: TENANTS_MAX });

  function questionsOf(tenant: Tenant): LRUCache<string, Waiting> {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    const made = new LRUCache<string, Waiting>({ max: QUESTIONS_MAX });
    tenants.set(tenant, made);
    return made;
  }

  return {
    ask(question) {
      const nonce = randomBytes(18).toString("base64url");
      const expiresAt = clock.unix() + KEEP_MS;
      questionsOf(question.tenant).set(nonce, { digest: digestOf(question), expiresAt });
      return nonce;
    },
    answer(nonce, question) {
      const waiting = questionsOf(question.tenant);
      const asked = waiting.get(nonce);
      waiting.delete(nonce);
      return (
        asked !== undefined && asked.expiresAt > clock.unix() && asked.digest === digestOf(question)
      );
    },
  };
}

function digestOf({ tenant, sessionId, callId, callDigest, contents }: Question): string {
  const bound = JSON.stringify([tenant, sessionId ?? null, callId, callDigest, contents]);
  return createHash("sha256").update(bound).digest("hex");
}
