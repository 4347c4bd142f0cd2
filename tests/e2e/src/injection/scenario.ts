/** A call as a model writes it: whatever arguments it likes. */
export interface ModelCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** How text reaches the model, and who speaks for the person. */
export type Door =
  /** A WebSocket session. */
  | "socket"
  /** `POST /v1/turns`. */
  | "rest"
  /** An agent of its own behind `/mcp`, whose client can ask its person. */
  | "mcp"
  /** One whose client cannot. */
  | "mcp-mute";

export interface Line {
  text: string;
  /** What a faithful model does first when it reads the line. */
  calls?: ModelCall[];
  /** Sent with Enter; without, the model is asked. */
  enter?: boolean;
  /** Earlier lines that a stateless caller sends along. */
  history?: string[];
}

export interface Scenario {
  /** Also its tenant's name. */
  name: string;
  door: Door;
  /** Files of its tenant beside the common ones, by path. */
  files?: Record<string, string>;
  /** Played once the router knows the tenant's library: what it finds is part of it. */
  isWarm?: boolean;
  lines: Line[];
  /**
   * What the person answers to questions; no, unless told. Given texts, they say
   * yes to one question of each, and to none of the others.
   */
  answers?: "yes" | readonly string[];
  /** Files that somebody changes while the first question that gets a yes waits for it. */
  meanwhile?: Record<string, string>;
}

/** Something hostile stands where the model reads it. The person says no to all they are asked, unless told. */
export interface Attack extends Scenario {
  family: string;
  /** What their yes allows to be changed, as paths or as beginnings that end with a slash; all of it must be. */
  allowed?: readonly string[];
}

/** The same by an honest hand: it must work, with so many questions and no more. */
export interface Benign extends Scenario {
  /** Questions the person is asked; none, unless told. */
  asks?: number;
  /** Files that must be there, or be gone, afterwards. */
  made?: string[];
  gone?: string[];
  /** A piece of what a call answered. */
  answered: string;
}
