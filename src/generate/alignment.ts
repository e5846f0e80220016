import { ALARM_RATE } from "../explain/neglect.js";
import type { RecordedStep } from "../explain/timeline.js";
import { IGNORED_FRACTION, weakestWord } from "../explain/warnings.js";
import type { NeglectCalibration } from "../model/neglect-calibration.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { calibrationFor, lowestWord, standingsOf } from "./neglect.js";
import type { Standing } from "./until-aligned.js";

/** Without a calibration: from this part of a run on, a word that is lost does not come back. */
const DECIDED = 0.5;

/** Without a calibration: a word counts as lost below this part of the share at which it counts as ignored. */
const LOST = 0.75;

/** How the words of a drawing's states are judged: by its model's calibration if that holds for it, or else by the rule of thumb. */
export function alignmentJudge(
  drawing: Drawing,
  artist: Pick<ExplainingArtist, "sources">,
): (step: RecordedStep) => Standing {
  const { words } = drawing.prompt.encoding;
  const calibration = calibrationFor(drawing.model, drawing.settings);
  return calibration === undefined
    ? (step) => byRuleOfThumb(words, step)
    : (step) => byCalibration(calibration, drawing, artist, step);
}

/** By the share of the content alone: a word is lost if it is clearly below the limit in the second half of a run. */
export function byRuleOfThumb(
  words: readonly { readonly text: string }[],
  { step, count, history }: Pick<RecordedStep, "step" | "count" | "history">,
): Standing {
  const { word, level } = weakestWord(words, history.at(-1)!.share);
  const isLost = step >= DECIDED * count && level < LOST * IGNORED_FRACTION;
  return { word, level, standing: level, isIgnored: level < IGNORED_FRACTION, isLost };
}

function byCalibration(
  calibration: NeglectCalibration,
  drawing: Drawing,
  artist: Pick<ExplainingArtist, "sources">,
  state: RecordedStep,
): Standing {
  const lowest = lowestWord(standingsOf(calibration, drawing, artist, state).words);
  const none = Number.POSITIVE_INFINITY;
  if (lowest === null) return { word: null, level: none, standing: none, isIgnored: false, isLost: false };
  const { word, neglect } = lowest;
  const { percentile, rate } = neglect;
  return {
    word,
    level: state.history.at(-1)!.share[word]! * drawing.prompt.encoding.words.length,
    rate,
    standing: percentile,
    isIgnored: rate < ALARM_RATE,
    isLost: percentile < stopBelow(calibration.stops, state.step / state.count),
  };
}

/** The percentile below which a word is lost after a part of a run; 0 before the first stop. */
export const stopBelow = (stops: NeglectCalibration["stops"], part: number): number =>
  stops.findLast((stop) => stop.part <= part)?.percentile ?? 0;
