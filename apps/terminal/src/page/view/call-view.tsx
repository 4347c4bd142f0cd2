import type { Call } from "@lilux/protocol";
import { callParts } from "../text/call-parts.ts";
import { memo } from "./memo.ts";

/** A call, typeset. */
export const CallView = memo(({ call }: { call: Call }) => (
  <code class="call">
    {callParts(call).map(({ kind, text }, at) => (
      <span key={`${at}${kind}`} class={`call-${kind}`}>
        {text}
      </span>
    ))}
  </code>
));
