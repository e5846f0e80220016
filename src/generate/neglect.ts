import { type CalibratedNeglect, type Neglect, wordStandings } from "../explain/neglect.js";
import type { RecordedStep } from "../explain/timeline.js";
import { mergeWords, tokenGroups } from "../explain/words.js";
import type { LoadedModel } from "../model/loaded.js";
import type { NeglectCalibration } from "../model/neglect-calibration.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { pictureSize, type SamplingSettings } from "./sampling.js";

/** The settings that a calibration holds for alone. */
const SETTINGS = ["sampler", "steps", "spacing", "last", "eta", "guidance"] as const;

/** The model's calibration of ignored words, if it holds for its weights and these settings. */
export const calibrationFor = (
  model: LoadedModel,
  settings: SamplingSettings,
): NeglectCalibration | undefined =>
  calibrationMismatch(model, settings) === undefined ? model.neglect : undefined;

/** Why a model's calibration does not hold for what is drawn, "it was made with steps 25, not 10"; undefined if it does, or if there is none. */
export function calibrationMismatch(
  { neglect, digest }: Pick<LoadedModel, "neglect" | "digest">,
  settings: SamplingSettings,
): string | undefined {
  if (neglect === undefined) return undefined;
  if (neglect.model.digest !== digest) return "it was made with other weights";
  const other = SETTINGS.find((name) => neglect.settings[name] !== settings[name]);
  return other && `it was made with ${other} ${neglect.settings[other]}, not ${settings[other]}`;
}

/** How the words of a state of a drawing stand, by a calibration. */
export function standingsOf(
  calibration: NeglectCalibration,
  { model, prompt }: Pick<Drawing, "model" | "prompt">,
  { sources }: Pick<ExplainingArtist, "sources">,
  { rows, x }: Pick<RecordedStep, "rows" | "x">,
): CalibratedNeglect {
  const { words } = prompt.encoding;
  const ledger = { sources, rows, image: x, size: pictureSize(model.config) };
  return wordStandings(calibration, mergeWords(ledger, tokenGroups(prompt.tokens, words.length)), words);
}

/** The word that looks most ignored, as a position in the prompt; null if none stands anywhere. */
export function lowestWord(
  words: CalibratedNeglect["words"],
): { readonly word: number; readonly neglect: Neglect } | null {
  return words.reduce<{ word: number; neglect: Neglect } | null>(
    (lowest, neglect, word) =>
      neglect !== null && (lowest === null || neglect.rate < lowest.neglect.rate)
        ? { word, neglect }
        : lowest,
    null,
  );
}
