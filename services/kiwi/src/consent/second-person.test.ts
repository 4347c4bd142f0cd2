import type { ExecuteArguments, LiluxError, SecondPerson } from "@lilux/protocol";
import { clockOf } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createQuestions } from "./questions.ts";
import { type Findings, requireConsent } from "./require-consent.ts";

const create: ExecuteArguments = { item_type: "knowledge", item_id: "a", action: "create" };
const findings: Findings = { contents: ["a"] };
const wants = (effects: SecondPerson["effects"], isSeenTo: boolean): SecondPerson => ({
  effects,
  isSeenTo,
});

function stage() {
  const questions = createQuestions(clockOf(() => 0));
  return (secondPerson: SecondPerson | undefined, confirmation?: object) => {
    const request = {
      tenant: "acme",
      callId: "c",
      arguments: create,
      by: "person",
      ...(confirmation && { confirmation }),
    };
    const call = { name: "execute", arguments: create } as const;
    try {
      return requireConsent(questions, { request: request as never, call, secondPerson }, findings);
    } catch (thrown) {
      return thrown as LiluxError;
    }
  };
}

// Mutants: the policy does not look at `secondPerson`; a yes that comes with the call counts.
test("a write waits where its tenant wants somebody else's yes to writes, and who asked cannot bring that yes along", () => {
  const consent = stage();
  expect(consent(undefined)).toMatchObject({ verdict: { mayRun: true, effect: "write" } });
  expect(consent(wants(["destructive"], false))).toMatchObject({ verdict: { mayRun: true } });
  const question = consent(wants(["write"], false));
  expect(question).toMatchObject({
    code: "confirm_required",
    details: { effect: "write", reasons: ["second_person"] },
  });
  const { callId, callDigest, nonce } = (question as LiluxError).details ?? {};
  const yes = { callId, callDigest, nonce };
  expect(consent(wants(["write"], false), yes)).toMatchObject({ code: "second_person_required" });
  // The nonce was tried, so it is used up: the approver's is another one.
  const again = (consent(wants(["write"], false)) as LiluxError).details ?? {};
  const approved = { callId, callDigest, nonce: again["nonce"] };
  expect(consent(wants(["write"], true), approved)).toMatchObject({ isConfirmed: true });
});
