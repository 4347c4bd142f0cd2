import { describeCall } from "@lilux/core/calls";
import type { ReviewRow } from "@lilux/protocol";
import type { Print } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";

const RESPONSE_CHARACTERS = 200;

/** What was typed, shown and done, and what the rule made of it. */
export function printReviewRow(row: ReviewRow, print: Print): void {
  const { at, history, kind, outcome, shown, done, response, rule, call, right, weight } = row;
  print("");
  for (const earlier of history) print(style.dim(`  before  ${earlier}`));
  print(line`  line    ${style.bold(row.line)}`);
  print(
    line`  sent    ${SENT[kind] ?? kind}, ${outcome}, ${new Date(at).toISOString().slice(0, 16)}`,
  );
  for (const { call: offered, confidence } of shown) {
    print(line`  shown   ${describeCall(offered)} ${(100 * confidence).toFixed(0)} %`);
  }
  for (const { call: made, ok } of done) {
    print(line`  done    ${describeCall(made)}${ok ? "" : " (failed)"}`);
  }
  if (response !== "") print(line`  said    ${response.slice(0, RESPONSE_CHARACTERS)}`);
  const said = call === null ? "no call" : describeCall(call);
  const verdict = right ? "was meant" : "was not meant";
  print(
    line`  label   ${style.bold(said)} ${verdict}, by the rule ${style.bold(rule)} (${weight})`,
  );
}

const SENT: Readonly<Record<string, string>> = {
  submit: "with Enter",
  accept: "by taking a call",
  ask: "to be answered in words",
};
