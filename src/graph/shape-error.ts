/** Two tensors do not fit: the message names the op, their shapes and the source line that combined them. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";

  constructor(what: string) {
    super(what);
    const site = callSite(this.stack ?? "");
    if (site !== undefined) this.message = `${what}; built at ${site}`;
  }
}

/** First stack frame outside this room, or undefined where the engine gives no stack. */
function callSite(stack: string): string | undefined {
  const frames = stack.split("\n").filter((line) => /:\d+:\d+\)?$/.test(line));
  const outside = frames.find((line) => !/[\\/](src|dist)[\\/]graph[\\/]/.test(line));
  return outside
    ?.trim()
    .replace(/^at /, "")
    .replace(/(?:file:\/\/)?[^\s(]*?[\\/]((?:[^\\/]+[\\/])?[^\\/]+:\d+:\d+)/, "$1");
}
