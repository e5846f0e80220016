import { openRecogniser, type Readers, type Recogniser } from "../classifier/readers.js";
import { saidLabels } from "../classifier/said.js";
import type { SampleStep } from "../diffusion/sample.js";
import { looksIgnored } from "../explain/neglect.js";
import type { RecordedStep } from "../explain/timeline.js";
import { IGNORED_FRACTION, weakestWord } from "../explain/warnings.js";
import type { NeglectCalibration } from "../model/neglect-calibration.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { calibrationFor, lowestWord, standingsOf } from "./neglect.js";
import type { Judge, Look } from "./until-aligned.js";

/** After these parts of a run it is looked whether a try is lost. */
export const STOP_PARTS = [0.4, 0.6, 0.8] as const;

/** A reader that gives something asked for less probability than this in a prediction will hardly see it in the picture. */
const UNSEEN = 0.1;

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

/** Words decide, by the model's calibration if that holds for the drawing, or else by the rule of thumb. */
export function byWords(drawing: Drawing, artist: Pick<ExplainingArtist, "sources">): Judge<RecordedStep> {
  const calibration = calibrationFor(drawing.model, drawing.settings);
  return calibration === undefined
    ? byRuleOfThumb(drawing.prompt.encoding.words)
    : byCalibration(calibration, drawing, artist);
}

type Shown = Pick<SampleStep, "step" | "count" | "x" | "prediction">;

/** Readers decide, by what a picture or a prediction shows; the best is the one in which the least sure is surest. */
export function byReaders({ read }: Pick<Recogniser, "read">): Judge<Shown> {
  const reading = ({ step, count, x, prediction }: Shown) => read(step === count ? x : prediction);
  return {
    async look(state) {
      const { missing, confidence } = await reading(state);
      return { by: "readers", missing, standing: confidence };
    },
    isLost: async (state) =>
      STOP_PARTS.some((part) => stopStep(part, state.count) === state.step) &&
      (await reading(state)).confidence < UNSEEN,
  };
}

/** By the share of the content alone: a word is lost if it is clearly below the limit in the second half of a run. */
export function byRuleOfThumb(
  words: readonly { readonly text: string }[],
): Judge<Pick<RecordedStep, "step" | "count" | "history">> {
  const weakest = ({ history }: Pick<RecordedStep, "history">) => weakestWord(words, history.at(-1)!.share);
  return {
    async look(state) {
      const { word, level } = weakest(state);
      return { by: "words", word, level, standing: level, isIgnored: level < IGNORED_FRACTION };
    },
    isLost: async (state) =>
      state.step >= DECIDED * state.count && weakest(state).level < LOST * IGNORED_FRACTION,
  };
}

/** By how few of the words that were drawn look as ignored, after the parts of a run that the calibration has limits for. */
function byCalibration(
  calibration: NeglectCalibration,
  drawing: Drawing,
  artist: Pick<ExplainingArtist, "sources">,
): Judge<RecordedStep> {
  const { words } = drawing.prompt.encoding;
  const lowest = (state: RecordedStep) => lowestWord(standingsOf(calibration, drawing, artist, state).words);
  return {
    async look(state) {
      const found = lowest(state);
      if (found === null) return CONTENT;
      const { word, neglect } = found;
      const level = state.history.at(-1)!.share[word]! * words.length;
      const { rate } = neglect;
      return { by: "words", word, level, rate, standing: rate, isIgnored: looksIgnored(neglect) };
    },
    async isLost(state) {
      const limit = calibration.stops.find(({ part }) => stopStep(part, state.count) === state.step);
      if (limit === undefined) return false;
      const found = lowest(state);
      return found !== null && found.neglect.rate < limit.rate;
    },
  };
}

/** How a prompt without a word that may be ignored stands. */
const CONTENT: Look = {
  by: "words",
  word: null,
  level: Number.POSITIVE_INFINITY,
  standing: Number.POSITIVE_INFINITY,
  isIgnored: false,
};

/** The step at which this part of a run is done. */
export const stopStep = (part: number, count: number): number => Math.ceil(part * count);
