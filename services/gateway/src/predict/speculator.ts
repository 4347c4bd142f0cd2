import { loggedError } from "@lilux/core/telemetry";
import type { Call, Candidate, Prediction, Tenant, TenantSettings } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { GatewayLimits } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { Session } from "../session/session.ts";
import { toFrame } from "./prediction-frame.ts";
import { isStable, type Leading, nextLeading, STABLE_AFTER_MS } from "./stable-leader.ts";
import type { ThresholdsOf } from "./tenant-thresholds.ts";

/** Runs what a person is about to ask for, when it only reads, so that Tab is instant. */
export interface Speculator {
  /** A prediction was shown. */
  consider(prediction: Prediction, shown: Candidate[]): void;
  /** The line was committed or given up. */
  forget(): void;
}

export interface SpeculatorDeps {
  kiwi: KiwiApi;
  metrics: GatewayMetrics;
  limits: GatewayLimits;
  logger: Logger;
  thresholdsOf: ThresholdsOf;
  settingsOf(tenant: Tenant): TenantSettings;
  now(): number;
}

export function createSpeculator(session: Session, deps: SpeculatorDeps): Speculator {
  const { kiwi, metrics, limits, thresholdsOf, now } = deps;
  let leading: Leading | undefined;
  let newest: { prediction: Prediction; shown: Candidate[] } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const running = new Set<string>();

  function runIfStable(): void {
    const call = newest?.shown[0]?.call;
    if (leading === undefined || call === undefined || !isStable(leading, now())) return;
    if (deps.settingsOf(session.tenant).speculation === "off") return;
    // Whoever may only predict is not shown what a call would find.
    if (session.caller?.verbs.has("read") === false) return;
    const { digest } = leading;
    if (running.has(digest) || session.speculations.has(digest)) return;
    running.add(digest);
    void run(call, digest).finally(() => running.delete(digest));
  }

  async function run(call: Call, digest: string): Promise<void> {
    try {
      const result = await readAhead(call);
      session.speculations.set(digest, result);
      metrics.speculations.inc({ outcome: "ran" });
      showAgainIfLeading(digest);
    } catch (error) {
      const fields = { tenant: session.tenant, call: call.name };
      loggedError(error, { logger: deps.logger, message: "reading ahead failed", fields });
      // Nobody asked for it: when it is asked for, it runs again and says what is wrong.
      metrics.speculations.inc({ outcome: "failed" });
    }
  }

  function readAhead(call: Call): Promise<unknown> {
    const { tenant, caller: mandate } = session;
    const options = { deadlineMs: limits.speculateWithinMs, mandate };
    switch (call.name) {
      case "search":
        return kiwi.search({ tenant, arguments: call.arguments }, options);
      case "load":
        return kiwi.load({ tenant, arguments: call.arguments }, options);
      case "execute":
        return Promise.reject(new Error("an execute never runs unasked"));
    }
  }

  function showAgainIfLeading(digest: string): void {
    if (newest === undefined || leading?.digest !== digest) return;
    const { prediction, shown } = newest;
    session.connection?.send(toFrame(session, { prediction, shown }, thresholdsOf(session.tenant)));
  }

  return {
    consider(prediction, shown) {
      newest = { prediction, shown };
      const thresholds = thresholdsOf(session.tenant);
      leading = nextLeading(leading, shown[0], { thresholds, nowMs: now() });
      clearTimeout(timer);
      if (leading === undefined) return;
      runIfStable();
      timer = setTimeout(runIfStable, STABLE_AFTER_MS);
    },
    forget() {
      clearTimeout(timer);
      newest = undefined;
      leading = undefined;
    },
  };
}
