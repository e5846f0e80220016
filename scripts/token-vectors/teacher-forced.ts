import { randomFor } from "../../src/data/random.js";
import { type Scene, scene } from "../../src/data/scene.js";
import { sixChannels } from "../../src/data/six-channels.js";
import type { Sprites } from "../../src/data/sprites.js";
import { COLOURS, OBJECTS } from "../../src/data/vocabulary.js";
import { diffuse } from "../../src/diffusion/forward.js";
import { complementaryNoise } from "../../src/diffusion/random.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { tokenWidth } from "../../src/model/model-config.js";
import { lower } from "../../src/runtime/lower.js";
import { average, type Measure, percent, withError } from "./measure.js";
import type { TrainedModel } from "./runs.js";
import { NEW_COLOURS, NEW_OBJECTS } from "./words.js";

/** One call of the network is asked for the clean picture behind nearly pure noise. */
const TIME = 800;
const BATCH = 16;
const SCENES = 1200;
const SCENE_SEED = 7;
const SIZE = { height: 64, width: 64 };
/** Scenes for a word of the grammar, and for a new word. */
const MANY = 160;
const FEW = 48;
/** Parts smaller than this many whole pixels are too small to judge a colour by. */
const SMALLEST = 60;

/** A scene, one of its words, and the pixels that the word is about. */
interface Case {
  readonly scene: Scene;
  readonly index: number;
  readonly word: Scene["words"][number];
  readonly mask: Uint8Array; // [64, 64]
}

/** Scenes of the training distribution that no run has seen. */
export const testScenes = (sprites: Sprites): Scene[] =>
  Array.from({ length: SCENES }, (_, index) => scene(sprites, { seed: SCENE_SEED, index }));

/** Errors of the predicted clean picture inside a word's pixels: with it, without it, with another one instead. */
export async function forcedMeasures(trained: TrainedModel, scenes: readonly Scene[]): Promise<Measure[]> {
  const judge = await judgeOf(trained);
  const measures: Measure[] = [];
  for (const { name, part, choices, cases } of grammarCases(scenes)) {
    const right = await judge.errors(cases, ({ word }) => word.text);
    const wrong = await judge.errors(cases, ({ word, scene: { caption }, index }) => {
      const others = choices.filter((choice) => choice !== word.text && !caption.includes(choice));
      return randomFor(0, index, "wrong word").pick(others);
    });
    const won = right.map((error, i) => Number(error < wrong[i]!));
    measures.push({
      name: `${name}: the right word beats a wrong one inside the ${part}`,
      value: withError(won, percent),
    });
    measures.push({
      name: `${name}: error added by a wrong word`,
      value: percent(average(wrong) / average(right) - 1),
    });
  }
  for (const { word, like, inTable } of [...NEW_COLOURS, ...NEW_OBJECTS]) {
    const cases = casesOf(scenes, like, FEW);
    const right = average(await judge.errors(cases, () => like));
    const without = average(await judge.errors(cases, () => ""));
    const instead = average(await judge.errors(cases, () => word));
    measures.push({
      name: `"${word}"${inTable ? "" : " (no word vector)"} for "${like}": part of its effect`,
      value: percent((without - instead) / (without - right)),
    });
  }
  await judge.release();
  return measures;
}

function grammarCases(scenes: readonly Scene[]) {
  const ofSlot = (slot: string, part: "object" | "background", choices: readonly string[]) =>
    scenes.flatMap((drawn, index): Case[] => {
      const word = drawn.words.find(({ slot: own, text }) => own === slot && choices.includes(text));
      const mask = drawn.masks[part];
      return word === undefined || !largeEnough(mask) ? [] : [{ scene: drawn, index, word, mask }];
    });
  const rows = [
    { name: "background colour", slot: "background", part: "background", choices: COLOURS },
    { name: "object colour", slot: "objectColour", part: "object", choices: COLOURS },
    { name: "object", slot: "object", part: "object", choices: OBJECTS },
  ] as const;
  return rows.map((row) => ({ ...row, cases: ofSlot(row.slot, row.part, row.choices).slice(0, MANY) }));
}

/** Scenes whose caption says the word of the object, or as the background's colour. */
function casesOf(scenes: readonly Scene[], text: string, count: number): Case[] {
  const cases = scenes.flatMap((drawn, index): Case[] => {
    const word = drawn.words.find(
      ({ slot, text: own }) => own === text && (slot === "object" || slot === "background"),
    );
    if (word === undefined) return [];
    const mask = word.slot === "object" ? drawn.masks.object : drawn.masks.background;
    return largeEnough(mask) ? [{ scene: drawn, index, word, mask }] : [];
  });
  return cases.slice(0, count);
}

const largeEnough = (mask: Uint8Array): boolean =>
  mask.reduce((total, value) => total + value, 0) > SMALLEST * 255;

/** Puts another word in its place, or none. */
function reworded({ scene: { caption }, word }: Case, text: string): string {
  return (caption.slice(0, word.start) + text + caption.slice(word.end)).replace(/ +/g, " ").trim();
}

/** Mean squared error of the predicted clean picture within each case's mask, in batches of one compiled graph. */
async function judgeOf({ model: { config, weights }, encodePrompt, compile }: TrainedModel) {
  const { maxTokens } = config.text;
  const width = tokenWidth(config);
  const graph = denoiseGraph(config, BATCH, maxTokens);
  const executable = await compile(lower(graph.outputs, weights));
  const alphaBar = alphaBars({ name: config.schedule })[TIME]!;

  const batchErrors = async (cases: readonly Case[], say: (item: Case) => string): Promise<number[]> => {
    const pictures = cases.map(({ scene: { rgb } }) => sixChannels(rgb));
    const length = pictures[0]!.length;
    const x = new Float32Array(BATCH * length);
    const tokens = new Float32Array(BATCH * maxTokens * width);
    const mask = new Float32Array(BATCH * maxTokens);
    for (const [i, item] of cases.entries()) {
      x.set(diffuse(pictures[i]!, complementaryNoise(item.index, SIZE, 1), alphaBar), i * length);
      const encoded = await encodePrompt(reworded(item, say(item)));
      tokens.set(encoded.vectors, i * maxTokens * width);
      mask.fill(1, i * maxTokens, i * maxTokens + encoded.count);
    }
    const t = new Float32Array(BATCH).fill(TIME);
    const { output } = await executable.run({ x, t, tokens, mask });
    return cases.map((item, i) =>
      maskedError(output!.subarray(i * length, (i + 1) * length), pictures[i]!, item.mask),
    );
  };

  return {
    async errors(cases: readonly Case[], say: (item: Case) => string): Promise<number[]> {
      const errors: number[] = [];
      for (let start = 0; start < cases.length; start += BATCH) {
        errors.push(...(await batchErrors(cases.slice(start, start + BATCH), say)));
      }
      return errors;
    },
    release: () => executable.release(),
  };
}

/** Mean squared error over the channels [6, H, W], pixels weighted by a mask [H, W]. */
function maskedError(output: Float32Array, clean: Float32Array, mask: Uint8Array): number {
  const channels = clean.length / mask.length;
  const weight = mask.reduce((total, value) => total + value, 0);
  const error = clean.reduce(
    (total, value, i) => total + mask[i % mask.length]! * (output[i]! - value) ** 2,
    0,
  );
  return error / (channels * weight);
}
