/** A filled rectangle, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An SVG rectangle. */
export function rectangle({ x, y, width, height }: Rectangle, fill: string): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${fill}"/>`;
}

/** A number with at most two decimals, as SVG reads it. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text as the value of an XML attribute; characters that XML can't hold become U+FFFD. */
export function attribute(text: string): string {
  return text
    .replace(/[^\P{Cc}\n\t]|\p{Surrogate}|[\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
