import { join } from "node:path";
import type { Split } from "../data/attributes.js";
import { SIZE } from "../data/canvas.js";
import type { Masks } from "../data/compose.js";
import { type Scene, scene } from "../data/scene.js";
import { throwIfCancelled, UsageError } from "../errors.js";
import { contactSheet } from "./contact-sheet.js";
import { encodePng } from "./png.js";
import { loadSprites } from "./sprites.js";
import { checkOutputs, type Existing, writeFileAtomic } from "./write.js";

/** More scenes than this belong in memory, not in files. */
const MOST = 100_000;

/** The sheet shows no more scenes than this. */
const SHOWN = 40;

/** What to write where; scenes `index` 0 to count - 1 of `seed` and `split`. */
export interface EmojiDataOptions {
  readonly count: number;
  readonly out: string;
  readonly seed?: number;
  readonly split?: Split;
  readonly existing?: Existing;
  readonly signal?: AbortSignal;
  readonly onScene?: (done: number) => void;
}

/** The masks as one picture, [64, 64, 3]: red is the object's coverage, green the hat's, blue the background's. */
function maskChannels({ object, hat, background }: Masks): Uint8Array {
  const out = new Uint8Array(object.length * 3);
  for (let i = 0; i < object.length; i++) out.set([object[i]!, hat[i]!, background[i]!], i * 3);
  return out;
}

function toPng(data: Uint8Array): Promise<Uint8Array> {
  return encodePng({ width: SIZE, height: SIZE, channels: 3, data });
}

/**
 * Writes emoji scenes to look at: `NNNNNN.png` (picture), `NNNNNN.masks.png`, `captions.jsonl` (one line a scene:
 * caption, words with slots, attributes) and `sheet.png` (the first 40 side by side).
 * Throws UsageError if count is not 1 to 100,000 or seed or split is wrong, InputError if the folder can't be
 * written or holds such files that must not be replaced, CancelledError when aborted.
 */
export async function writeEmojiData(options: EmojiDataOptions): Promise<void> {
  const { count, out, seed = 0, split = "train", existing = "refuse", signal, onScene } = options;
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new UsageError(`count must be a whole number from 1 to ${MOST}; got ${count}`);
  }
  const sprites = loadSprites();
  const name = (index: number): string => String(index).padStart(6, "0");
  const first = scene(sprites, { seed, index: 0, split });
  checkOutputs(out, [`${name(0)}.png`, `${name(0)}.masks.png`, "captions.jsonl", "sheet.png"], existing);
  const lines: string[] = [];
  const shown: Scene[] = [];
  for (let index = 0; index < count; index++) {
    throwIfCancelled(signal);
    const made = index === 0 ? first : scene(sprites, { seed, index, split });
    const picture = `${name(index)}.png`;
    const masks = `${name(index)}.masks.png`;
    writeFileAtomic(join(out, picture), await toPng(made.rgb), existing);
    writeFileAtomic(join(out, masks), await toPng(maskChannels(made.masks)), existing);
    const { caption, words, attributes } = made;
    lines.push(`${JSON.stringify({ picture, masks, caption, words, attributes, seed, index, split })}\n`);
    if (index < SHOWN) shown.push(made);
    onScene?.(index + 1);
  }
  writeFileAtomic(join(out, "captions.jsonl"), new TextEncoder().encode(lines.join("")), existing);
  writeFileAtomic(join(out, "sheet.png"), await contactSheet(shown), existing);
}
