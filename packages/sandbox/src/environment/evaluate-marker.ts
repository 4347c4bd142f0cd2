import { satisfies, valid, validRange } from "@renovatebot/pep440";

/** What an environment marker may ask for, by its names in the specification. */
export type MarkerValues = Readonly<Record<string, string>>;

const TOKEN =
  /\s*(?:([()])|(===|==|~=|!=|<=|>=|<|>)|'([^']*)'|"([^"]*)"|([a-zA-Z_][a-zA-Z0-9_.]*))/y;
/** Names from before the specification that are still in use. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  "os.name": "os_name",
  "sys.platform": "sys_platform",
  "platform.version": "platform_version",
  "platform.machine": "platform_machine",
  "platform.python_implementation": "platform_python_implementation",
  python_implementation: "platform_python_implementation",
};

type Token = { kind: "mark" | "operator" | "text" | "word"; text: string };

/**
 * Whether an environment marker (the specification of dependency specifiers,
 * once PEP 508) holds for these values. Undefined when it cannot be read, or
 * names what has no value. Pure.
 */
export function evaluateMarker(marker: string, values: MarkerValues): boolean | undefined {
  const tokens = tokensOf(marker);
  if (tokens === undefined) return undefined;
  let at = 0;

  const isNext = (kind: Token["kind"], text: string): boolean =>
    tokens[at]?.kind === kind && tokens[at]?.text === text;
  const accept = (kind: Token["kind"], text: string): boolean => {
    if (!isNext(kind, text)) return false;
    at += 1;
    return true;
  };

  function either(): boolean | undefined {
    let holds = both();
    while (holds !== undefined && accept("word", "or")) {
      const other = both();
      holds = other === undefined ? undefined : holds || other;
    }
    return holds;
  }

  function both(): boolean | undefined {
    let holds = single();
    while (holds !== undefined && accept("word", "and")) {
      const other = single();
      holds = other === undefined ? undefined : holds && other;
    }
    return holds;
  }

  function single(): boolean | undefined {
    if (accept("mark", "(")) {
      const holds = either();
      return accept("mark", ")") ? holds : undefined;
    }
    const left = operand();
    const operator = operatorOf();
    const right = operand();
    if (left === undefined || operator === undefined || right === undefined) return undefined;
    return compare(left, operator, right);
  }

  function operand(): string | undefined {
    const token = tokens?.[at];
    at += 1;
    if (token?.kind === "text") return token.text;
    if (token?.kind !== "word") return undefined;
    const name = OLDER_NAMES[token.text] ?? token.text;
    return Object.hasOwn(values, name) ? values[name] : undefined;
  }

  function operatorOf(): string | undefined {
    const isNegated = accept("word", "not");
    if (accept("word", "in")) return isNegated ? "not in" : "in";
    const token = isNegated ? undefined : tokens?.[at];
    at += 1;
    return token?.kind === "operator" ? token.text : undefined;
  }

  const holds = either();
  return at === tokens.length ? holds : undefined;
}

function tokensOf(marker: string): Token[] | undefined {
  const tokens: Token[] = [];
  const text = marker.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, mark, operator, single, double, word] = match;
    const quoted = single ?? double;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else if (operator !== undefined) tokens.push({ kind: "operator", text: operator });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted });
    else tokens.push({ kind: "word", text: word ?? "" });
  }
  return tokens;
}

/** As versions where both sides are, else as texts. */
function compare(left: string, operator: string, right: string): boolean | undefined {
  if (operator === "in") return right.includes(left);
  if (operator === "not in") return !right.includes(left);
  const range = `${operator}${right}`;
  if (valid(left) !== null && validRange(range)) {
    return satisfies(left, range, { prereleases: true });
  }
  switch (operator) {
    case "==":
    case "===":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}
