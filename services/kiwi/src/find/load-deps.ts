import type { CallActor, LoadRequest, Mandate, SecondPerson, Tenant } from "@lilux/protocol";
import type { CallAudit } from "../audit/call-audit.ts";
import type { Questions } from "../consent/questions.ts";
import type { Library } from "../library/library.ts";
import type { Registry } from "../registry/registry.ts";
import type { WriteDeps } from "../write/write-context.ts";

/** What a load is asked about with. */
export interface PullConsent {
  request: LoadRequest & { callId: string };
  questions: Questions;
  secondPerson: SecondPerson | undefined;
  audit: CallAudit;
}

export interface LoadDeps {
  tenant: Tenant;
  library: Library;
  registry: Registry;
  signal: AbortSignal;
  writes: WriteDeps;
  by: CallActor;
  /** For whom it is done, where that is known. */
  mandate: Mandate | undefined;
  /** Whom to ask before another namespace's item becomes one of the library's. */
  pull: PullConsent;
}
