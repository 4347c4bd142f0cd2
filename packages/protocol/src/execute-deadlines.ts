/** The longest a script may run unless LILUX_EXECUTE_MS_MAX says otherwise. */
export const EXECUTE_MS_MAX = 300_000;

/** What a hop takes for itself, so that the inner one ends first and says why. */
const HOP_MS = 10_000;
/** What a turn may take besides its longest script: the model, and a person who is asked. */
const TURN_BESIDES_MS = 300_000;
/** Far above, for a turn over the wire whose gateway forgot it. */
const FORGOTTEN_MS = 600_000;

/** How long each waits for an execute, from the script outwards, in ms. */
export interface ExecuteDeadlines {
  /** The script itself: the most that `_timeout` may ask for. */
  script: number;
  /** The tool core's whole call, with what it installs and writes. */
  toolCore: number;
  /** Whoever calls the tool core: gateway, orchestrator. */
  caller: number;
  /** Whoever calls a door: the command, MCP over stdio. */
  client: number;
  /** A whole turn, at the gateway that ends it. */
  turn: number;
  /** The wire on which a turn runs, in case nobody ends it. */
  turnWire: number;
}

/** All derived from the one duration that is decided. */
export function executeDeadlines(scriptMsMax = EXECUTE_MS_MAX): ExecuteDeadlines {
  return {
    script: scriptMsMax,
    toolCore: scriptMsMax + HOP_MS,
    caller: scriptMsMax + 2 * HOP_MS,
    client: scriptMsMax + 3 * HOP_MS,
    turn: scriptMsMax + TURN_BESIDES_MS,
    turnWire: scriptMsMax + TURN_BESIDES_MS + FORGOTTEN_MS,
  };
}
