import type { Generation } from "../explain/schema.js";
import { type Block, marks } from "./block.js";
import type { Font } from "./font.js";
import { shortDigest } from "./format.js";
import { drawText, wrap } from "./text.js";
import { QUIET, TITLE } from "./theme.js";

const TITLE_LINES = 3;
const TITLE_PITCH = 27;

/** The prompt as a figure's title. */
export function promptTitle(prompt: string, width: number, font: Font): Block {
  const lines = wrap(font, prompt, TITLE, width, TITLE_LINES);
  const [shown, style] =
    lines.length === 0 ? [["(empty prompt)"], { ...TITLE, fill: QUIET }] : [lines, TITLE];
  return marks(
    width,
    TITLE_PITCH * (shown.length - 1) + 20,
    shown.map((line, i) => drawText(font, line, style, { x: 0, y: 16 + TITLE_PITCH * i })),
  );
}

/** How a picture was made, in a line. */
export function madeBy({ seed, model, settings, pellucid }: Generation): string {
  return [
    `seed ${seed}`,
    `model ${model.name} (${shortDigest(model.digest)})`,
    `${settings.steps} steps, ${settings.sampler === "ddim" ? "DDIM" : "ancestral"}`,
    settings.guidance === 1 ? "no guidance" : `guidance ${settings.guidance}`,
    `pellucid ${pellucid}`,
  ].join("  ·  ");
}
