import { openRecogniser, type Readers, type Recogniser } from "../classifier/readers.js";
import { saidLabels } from "../classifier/said.js";
import { looksIgnored } from "../explain/neglect.js";
import type { RecordedStep } from "../explain/timeline.js";
import { IGNORED_FRACTION, weakestWord } from "../explain/warnings.js";
import type { NeglectCalibration } from "../model/neglect-calibration.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { calibrationFor, lowestWord, standingsOf } from "./neglect.js";
import type { Judge, Standing } from "./until-aligned.js";

/** After these parts of a run it is looked whether a try is lost. */
export const STOP_PARTS = [0.4, 0.6, 0.8] as const;

/** A reader that gives something asked for less probability than this in a prediction will hardly see it in the picture. */
const UNSEEN = 0.2;

/** Without a calibration: from this part of a run on, a word that is lost does not come back. */
const DECIDED = 0.5;

/** Without a calibration: a word counts as lost below this part of the share at which it counts as ignored. */
const LOST = 0.75;

/**
 * Readers of what a drawing's prompt asks for, where they know such pictures, which a calibration says that a classifier judged,
 * and every word.
 */
export async function recogniserFor(
  { model, settings, prompt, compile }: Drawing,
  readers: Readers,
): Promise<Recogniser | undefined> {
  if (!calibrationFor(model, settings)?.judged) return undefined;
  const asked = saidLabels(prompt.encoding.words.map(({ text }) => text));
  return asked === null ? undefined : openRecogniser(readers, asked, compile);
}

/**
 * How a drawing's states are judged: by `recogniser` if there is one, from what a state shows and a finished picture is; or
 * else by words, with the model's calibration if that holds for the drawing, or else by the rule of thumb.
 */
export function alignmentJudge(
  drawing: Drawing,
  artist: Pick<ExplainingArtist, "sources">,
  recogniser: Pick<Recogniser, "read"> | undefined,
): Judge<RecordedStep> {
  const calibration = calibrationFor(drawing.model, drawing.settings);
  const words =
    calibration === undefined
      ? ruleOfThumb(drawing.prompt.encoding.words)
      : byCalibration(calibration, drawing, artist);
  return recogniser === undefined ? byWords(words) : byReaders(words.standing, recogniser);
}

/** How words stand, and which states are lost by that alone. */
export interface WordRule<Step> {
  readonly standing: (step: Step) => Standing;
  readonly isLost: (step: Step) => boolean;
}

/** Words decide. */
export const byWords = <Step>({ standing, isLost }: WordRule<Step>): Judge<Step> => ({
  look: async (state) => ({ ...standing(state), missing: null }),
  isLost: async (state) => isLost(state),
});

type Shown = Pick<RecordedStep, "step" | "count" | "x" | "prediction">;

/** What is recognised decides, and in what readers are surest of seeing; words only say how they stand. */
export function byReaders<Step extends Shown>(
  standing: (step: Step) => Standing,
  { read }: Pick<Recogniser, "read">,
): Judge<Step> {
  const reading = ({ step, count, x, prediction }: Step) => read(step === count ? x : prediction);
  return {
    async look(state) {
      const { missing, confidence } = await reading(state);
      return { ...standing(state), standing: confidence, missing };
    },
    isLost: async (state) =>
      STOP_PARTS.some((part) => stopStep(part, state.count) === state.step) &&
      (await reading(state)).confidence < UNSEEN,
  };
}

/** By the share of the content alone: a word is lost if it is clearly below the limit in the second half of a run. */
export function ruleOfThumb(
  words: readonly { readonly text: string }[],
): WordRule<Pick<RecordedStep, "step" | "count" | "history">> {
  const weakest = ({ history }: Pick<RecordedStep, "history">) => weakestWord(words, history.at(-1)!.share);
  return {
    standing(state) {
      const { word, level } = weakest(state);
      return { word, level, standing: level, isIgnored: level < IGNORED_FRACTION };
    },
    isLost: (state) => state.step >= DECIDED * state.count && weakest(state).level < LOST * IGNORED_FRACTION,
  };
}

/** By how few of the words that were drawn look as ignored, after the parts of a run that the calibration has limits for. */
function byCalibration(
  calibration: NeglectCalibration,
  drawing: Drawing,
  artist: Pick<ExplainingArtist, "sources">,
): WordRule<RecordedStep> {
  const { words } = drawing.prompt.encoding;
  const lowest = (state: RecordedStep) => lowestWord(standingsOf(calibration, drawing, artist, state).words);
  return {
    standing(state) {
      const found = lowest(state);
      if (found === null) return CONTENT;
      const { word, neglect } = found;
      const level = state.history.at(-1)!.share[word]! * words.length;
      return { word, level, rate: neglect.rate, standing: neglect.rate, isIgnored: looksIgnored(neglect) };
    },
    isLost(state) {
      const limit = calibration.stops.find(({ part }) => stopStep(part, state.count) === state.step);
      if (limit === undefined) return false;
      const found = lowest(state);
      return found !== null && found.neglect.rate < limit.rate;
    },
  };
}

/** How a prompt without a word that may be ignored stands. */
const CONTENT: Standing = {
  word: null,
  level: Number.POSITIVE_INFINITY,
  standing: Number.POSITIVE_INFINITY,
  isIgnored: false,
};

/** The step at which this part of a run is done. */
export const stopStep = (part: number, count: number): number => Math.ceil(part * count);
