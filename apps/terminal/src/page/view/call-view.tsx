import type { Call } from "@lilux/protocol";
import { callParts } from "../text/call-parts.ts";
import { memo } from "./memo.ts";

/** A call, typeset. Each piece has its own direction, so that a name never reorders what stands around it. */
export const CallView = memo(({ call }: { call: Call }) => (
  <code class="call">
    {callParts(call).map(({ kind, text }, at) => (
      <bdi key={`${at}${kind}`} class={`call-${kind}`}>
        {text}
      </bdi>
    ))}
  </code>
));
