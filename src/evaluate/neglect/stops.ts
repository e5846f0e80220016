import { looksIgnored, standings } from "../../explain/neglect.js";
import type { FormValues } from "../../explain/relevance-forms.js";
import { STOP_PARTS } from "../../generate/alignment.js";
import type { NeglectCalibration } from "../../model/neglect-calibration.js";
import { quantile } from "../statistics/summary.js";
import { accountOf, type JudgedPicture, type JudgedWord } from "./words.js";

/** The part of pictures that end without an ignored word which may be given up on the way, all stops together. */
const STOP_RATE = 0.05;

/** After each part of a run, the rate below which few pictures have their lowest word that then end without an ignored one. */
export function stopsOf(
  fit: Pick<NeglectCalibration, "tables" | "detectors">,
  pictures: readonly JudgedPicture[],
): NeglectCalibration["stops"] {
  const corpus = pictures.filter(({ isCorpus }) => isCorpus);
  const standing = (picture: JudgedPicture, of: (word: JudgedWord) => FormValues) => {
    const evidence = picture.words.map(({ forms, judged }) => (judged === null ? forms : of(judged)));
    return standings(fit, picture.words, evidence).filter((found) => found !== null);
  };
  const good = corpus.filter((picture) => !standing(picture, accountOf).some(looksIgnored));
  if (good.length === 0) return [];
  return STOP_PARTS.map((part, i) => {
    const rates = good.flatMap((picture) => {
      const found = standing(picture, ({ early }) => early[i]!).map(({ rate }) => rate);
      return found.length === 0 ? [] : [Math.min(...found)];
    });
    return { part, rate: rates.length === 0 ? 0 : quantile(rates, STOP_RATE / STOP_PARTS.length) };
  });
}
