import type { Database } from "@lilux/database";
import { LiluxError, type Mandate, type TurnEvent } from "@lilux/protocol";
import type { KiwiApi, RunTurn } from "@lilux/rpc";
import { startIdentityProvider } from "@lilux/testkit/companies";
import { onTestFinished } from "vitest";
import { ask, bearer, newTenant, OPERATOR, OPERATOR_KEYS } from "./records-client.ts";
import { openSession } from "./socket-client.ts";
import { startForTest } from "./start-for-test.ts";
import type { TestGatewayOptions } from "./start-gateway.ts";

export const deletes = {
  item_type: "script",
  item_id: "ops/flush",
  action: "delete",
  parameters: {},
} as const;
const call = { name: "execute", arguments: deletes } as const;
const item = {
  item_type: "script",
  qualified_id: "ops/flush",
  source: "project",
  version: "3",
  content_hash: "c".repeat(64),
} as const;

/** Asks whether it may, and ends with what it was told. */
const asks: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
  const { turnId } = turn;
  const callId = `${turnId}-c`;
  yield { type: "turn-start", turnId, path: "slow" };
  yield {
    type: "confirm-request",
    turnId,
    callId,
    call,
    item,
    effect: "destructive",
    reason: "It deletes the script ops/flush.",
  };
  let outcome: "completed" | "cancelled" = "completed";
  for await (const command of commands) {
    if (command.type === "confirm") {
      yield { type: "text-delta", turnId, text: command.approve ? "did it" : "did not" };
    } else outcome = "cancelled";
    break;
  }
  yield { type: "turn-end", turnId, outcome };
};

/** A tool core that asks about each call once, and remembers what it ran and for whom. */
export function askingKiwi() {
  const ran: { callId: string; mandate: Mandate | undefined }[] = [];
  const results = new Set<string>();
  let nonce = "nonce-1";
  const execute: KiwiApi["execute"] = async function* (request, options) {
    const { callId, confirmation } = request;
    if (!results.has(callId)) {
      if (confirmation?.nonce !== nonce) {
        throw new LiluxError("confirm_required", {
          details: { effect: "destructive", why: "It deletes.", callId, nonce, item },
        });
      }
      ran.push({ callId, mandate: options?.mandate });
      results.add(callId);
    }
    yield {
      type: "result",
      result: { status: "success", result: { gone: true }, duration_ms: 1 } as never,
    };
  };
  return {
    execute,
    ran,
    /** Another content, so another question. */
    change: () => {
      nonce = "nonce-2";
    },
  };
}

/** One tenant that wants a second person's yes to what may not be undone, at two gateways of one bus and database. */
export async function openApprovalsStage(database: Database, options: TestGatewayOptions = {}) {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const how = {
    tenantDatabase: database,
    runTurn: asks,
    ...options,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
  };
  const one = await startForTest(how);
  const two = await startForTest({ ...how, bus: one.bus });
  const { issuer, jwksUrl } = provider;
  const signIn = { issuer, audience: "lilux", jwksUrl, roleClaim: "role" };
  const tenant = await newTenant(one, {
    settings: { approvals: { destructive: "second-person" } },
  });
  await ask(one, OPERATOR, ["PATCH", `/v1/admin/tenants/${tenant}`, { signIn }]);
  return {
    one,
    two,
    tenant,
    person: (sub: string, role: string) => provider.token({ sub, role, name: sub }),
    client: (gateway: { port: number }, token: string) =>
      openSession({ port: gateway.port, headers: bearer(token) }),
  };
}
