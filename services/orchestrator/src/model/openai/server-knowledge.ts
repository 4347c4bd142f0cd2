/** What is known of a server and of the model that it serves. */
export interface ServerKnowledge {
  /** As the server names it; undefined while nobody has. */
  model: string | undefined;
  /** All names it lists, adapters too; undefined without a list. */
  served: readonly string[] | undefined;
  /** Tokens of prompt and answer together; undefined when the server does not tell. */
  window: number | undefined;
  /** Takes tools and answers with calls. */
  tools: boolean;
  /** The model hears of them: its chat template does not leave them out. */
  tellsTools: boolean;
  /** Takes `strict` in a tool's definition, and then holds the model to its schema. */
  strictTools: boolean;
  /** Calls nothing where it is told to (`tool_choice` of `none`). */
  obeysNone: boolean;
  /** Answers in a form that it is given (`response_format`). */
  forms: boolean;
  /** Takes tools in such a request, too, where none is to be called. */
  toolsWithForm: boolean;
  /** The template has a system role. */
  systemRole: boolean;
  /** The template has calls and their results. */
  toolRole: boolean;
  /** The template takes a line after a result. */
  lineAfterResult: boolean;
  /** Goes on from an unfinished message (`continue_final_message`). */
  continuesMessage: boolean;
  /** Tells what an answer cost so far with each piece of it. */
  tellsRunning: boolean;
  /** Has `/tokenize`. */
  tokenizes: boolean;
  decisions: DecisionKnowledge;
}

/** In which ways it tells how probable an answer is. */
export interface DecisionKnowledge {
  /** The address made for it; undefined where there is none. */
  route: "decisions" | "systemone" | undefined;
  /** By the alternatives to one token. */
  tokens: boolean;
  /** Takes vLLM's own fields. */
  isVllm: boolean;
}

/** A server nobody has examined is taken for one that can what most can. */
export function unexamined(model: string | undefined, continuesMessage: boolean): ServerKnowledge {
  return {
    model,
    served: undefined,
    window: undefined,
    tools: true,
    tellsTools: true,
    strictTools: false,
    obeysNone: true,
    forms: true,
    toolsWithForm: false,
    systemRole: true,
    toolRole: true,
    lineAfterResult: true,
    continuesMessage,
    tellsRunning: false,
    tokenizes: false,
    // Of a server that nobody could examine, its words alone are read.
    decisions: { route: undefined, tokens: false, isVllm: false },
  };
}
