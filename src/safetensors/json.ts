/** A header is an object of objects of lists; anything much deeper is an attack on the parser's memory. */
const MAX_DEPTH = 8;

/**
 * Parses JSON as JSON.parse does, but refuses repeated keys and deep nesting.
 * Throws SyntaxError.
 */
export function parseStrictJson(text: string): unknown {
  checkDepth(text);
  const value: unknown = JSON.parse(text);
  checkKeys(text);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The brackets and string literals of a JSON text, in order; harmless on text that is not JSON. */
function* tokens(text: string): Generator<{ readonly token: string; readonly end: number }> {
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      const end = endOfString(text, at);
      yield { token: text.slice(at, end), end };
      at = end - 1;
    } else if ("{}[]".includes(character)) {
      yield { token: character, end: at + 1 };
    }
  }
}

/** The index after the closing quote of the string literal that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    else if (character === '"') return at + 1;
  }
  return text.length;
}

function checkDepth(text: string): void {
  let depth = 0;
  for (const { token } of tokens(text)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH} levels`);
  }
}

/** Expects valid JSON. */
function checkKeys(text: string): void {
  const open: Set<string>[] = []; // the keys met so far in each open object or list
  for (const { token, end } of tokens(text)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (isFollowedByColon(text, end)) {
      const key = String(JSON.parse(token)); // "a" and "\u0061" are one key
      const keys = open.at(-1);
      if (keys?.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 60))} occurs twice`);
      keys?.add(key);
    }
  }
}

function isFollowedByColon(text: string, end: number): boolean {
  let at = end;
  while (" \t\n\r".includes(text.charAt(at)) && at < text.length) at++;
  return text.charAt(at) === ":";
}
