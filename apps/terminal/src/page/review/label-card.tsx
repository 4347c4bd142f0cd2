import type { ReviewRow } from "@lilux/protocol";
import type { ComponentChildren } from "preact";
import { callText } from "../text/call-parts.ts";

const RESPONSE_CHARACTERS = 400;
const SENT: Readonly<Record<string, string>> = {
  submit: "with Enter",
  accept: "by taking a call",
  ask: "to be answered in words",
};

/** What was typed, shown and done, and what a rule made of it. */
export function LabelCard({ row }: { row: ReviewRow }) {
  const { at, line, history, kind, outcome, shown, done, response, rule, call, right } = row;
  return (
    <article class="review-card" aria-label="The label">
      <h2 class="review-line">{line}</h2>
      <p class="review-label">
        <strong>{call === null ? "No call" : callText(call)}</strong>{" "}
        <span class={right ? "review-right" : "review-wrong"}>
          {right ? "was meant" : "was not meant"}
        </span>
        , says the rule <strong>{rule}</strong> (weight {row.weight}).
      </p>
      <dl>
        {history.length > 0 && (
          <Fact name="before">
            {history.map((earlier, place) => (
              <span key={`${place} ${earlier}`} class="review-part">
                {earlier}
              </span>
            ))}
          </Fact>
        )}
        <Fact name="sent">
          <span class="review-part">
            {SENT[kind] ?? kind}, {outcome}, {new Date(at).toISOString().slice(0, 16)}
          </span>
        </Fact>
        {shown.length > 0 && (
          <Fact name="shown">
            {shown.map((one) => (
              <span key={callText(one.call)} class="review-part">
                {callText(one.call)}{" "}
                <span class="quiet">{(100 * one.confidence).toFixed(0)} %</span>
              </span>
            ))}
          </Fact>
        )}
        {done.length > 0 && (
          <Fact name="done">
            {done.map((one, place) => (
              <span key={`${place} ${callText(one.call)}`} class="review-part">
                {callText(one.call)}
                {one.ok ? "" : " (failed)"}
              </span>
            ))}
          </Fact>
        )}
        {response !== "" && (
          <Fact name="said">
            <span class="review-part">{response.slice(0, RESPONSE_CHARACTERS)}</span>
          </Fact>
        )}
      </dl>
    </article>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
