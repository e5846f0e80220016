import { SIZE } from "./canvas.js";
import type { Caption, Word } from "./caption.js";
import type { Scene } from "./scene.js";
import type { Position } from "./vocabulary.js";

const MIRRORED: Readonly<Record<Position, Position>> = { left: "right", centre: "centre", right: "left" };

/** A square picture [side, side, any] from left to right. */
export function mirrored(bytes: Uint8Array, side: number): Uint8Array {
  const channels = bytes.length / (side * side);
  const out = new Uint8Array(bytes.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (y * side + x) * channels;
      const to = (y * side + side - 1 - x) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = bytes[from + c]!;
    }
  }
  return out;
}

function swapSides({ caption, words }: Caption): Caption {
  let text = "";
  let copied = 0;
  const swapped: Word[] = words.map((word) => {
    const renamed = word.slot !== "position" ? word.text : word.text === "left" ? "right" : "left";
    text += caption.slice(copied, word.start);
    const start = text.length;
    text += renamed;
    copied = word.end;
    return { ...word, text: renamed, start, end: text.length };
  });
  return { caption: text + caption.slice(copied), words: swapped };
}

/** The scene in a mirror: picture and masks left to right, "left" and "right" exchanged in caption and attributes. */
export function flip(scene: Scene): Scene {
  const { attributes, masks } = scene;
  return {
    ...swapSides(scene),
    rgb: mirrored(scene.rgb, SIZE),
    masks: {
      object: mirrored(masks.object, SIZE),
      hat: mirrored(masks.hat, SIZE),
      background: mirrored(masks.background, SIZE),
    },
    attributes: { ...attributes, position: MIRRORED[attributes.position] },
  };
}
