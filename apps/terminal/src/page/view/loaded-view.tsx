import type { InputSpec, LoadResult } from "@lilux/protocol";
import { withoutFrontMatter } from "../text/front-matter.ts";
import { EffectBadge } from "./effect-badge.tsx";
import { Markdown } from "./markdown.tsx";
import { SourceText } from "./source-text.tsx";
import { StepList } from "./steps-view.tsx";

export interface LoadedViewProps {
  result: LoadResult;
  /** The description already stands above it. */
  described?: boolean;
}

/** A loaded item: what it is, what it needs, what it does, and its text. */
export function LoadedView({ result, described = false }: LoadedViewProps) {
  const { item, steps, permissions, content } = result;
  const knowledge = item.item_type === "knowledge";
  return (
    <article class="item" aria-label={item.name}>
      <header class="item-head">
        <strong class="item-name">
          <bdi>{item.name}</bdi>
        </strong>
        <EffectBadge effect={item.effect} />
        <span class="quiet">
          {item.item_type} · {item.source} · {item.version}
        </span>
      </header>
      {item.description !== "" && !described && <p dir="auto">{item.description}</p>}
      <Tags tags={item.tags} />
      {item.inputs.length > 0 && <Inputs inputs={item.inputs} />}
      {steps.length > 0 && (
        <section>
          <h3>Steps</h3>
          <StepList steps={steps} />
        </section>
      )}
      {permissions.length > 0 && (
        <section>
          <h3>May</h3>
          <ul class="grants">
            {permissions.map((grant, at) => (
              <li key={at}>
                <code>
                  {grant.verb} {Object.values(grant.attributes).join(" ")}
                </code>
              </li>
            ))}
          </ul>
        </section>
      )}
      <details open={knowledge}>
        <summary>
          Content <bdi class="quiet">{result.path}</bdi>
        </summary>
        {knowledge ? (
          <Markdown text={withoutFrontMatter(content)} />
        ) : (
          <SourceText text={content} />
        )}
      </details>
    </article>
  );
}

function Tags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return null;
  return (
    <p class="tags">
      {tags.map((tag) => (
        <span key={tag} class="tag" dir="auto">
          {tag}
        </span>
      ))}
    </p>
  );
}

function Inputs({ inputs }: { inputs: InputSpec[] }) {
  return (
    <section>
      <h3>Inputs</h3>
      <div class="table-scroll">
        <table>
          <tbody>
            {inputs.map((input) => (
              <tr key={input.name}>
                <th scope="row">
                  <code>{input.name}</code>
                </th>
                <td class="quiet">
                  {input.type}
                  {input.required ? ", required" : ""}
                  {(input.default ?? null) === null
                    ? ""
                    : `, default ${JSON.stringify(input.default)}`}
                </td>
                <td dir="auto">{input.description ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
