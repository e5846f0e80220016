import { openRecogniser, type Readers, type Recogniser } from "../classifier/readers.js";
import { saidLabels } from "../classifier/said.js";
import { looksIgnored } from "../explain/neglect.js";
import type { RecordedStep } from "../explain/timeline.js";
import { IGNORED_FRACTION, weakestWord } from "../explain/warnings.js";
import type { NeglectCalibration } from "../model/neglect-calibration.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { calibrationFor, lowestWord, standingsOf } from "./neglect.js";
import type { Judge, Standing } from "./until-aligned.js";

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
 * How a drawing's states are judged: their words by its model's calibration if that holds for it, or else by the rule of thumb;
 * what is missing in a finished one by `recogniser`, if there is one.
 */
export function alignmentJudge(
  drawing: Drawing,
  artist: Pick<ExplainingArtist, "sources">,
  recogniser: Pick<Recogniser, "missing"> | undefined,
): Judge<RecordedStep> {
  const calibration = calibrationFor(drawing.model, drawing.settings);
  const ofWords =
    calibration === undefined
      ? ruleOfThumb(drawing.prompt.encoding.words)
      : byCalibration(calibration, drawing, artist);
  return { ...ofWords, missing: async ({ x }) => (await recogniser?.missing(x)) ?? [] };
}

/** What is said of words alone. */
type WordJudge<Step> = Omit<Judge<Step>, "missing">;

/** By the share of the content alone: a word is lost if it is clearly below the limit in the second half of a run. */
export function ruleOfThumb(
  words: readonly { readonly text: string }[],
): WordJudge<Pick<RecordedStep, "step" | "count" | "history">> {
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
): WordJudge<RecordedStep> {
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
