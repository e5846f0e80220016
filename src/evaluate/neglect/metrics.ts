import { isContentWord } from "../../explain/content-words.js";
import { looksIgnored, type Neglect, standings } from "../../explain/neglect.js";
import { RELEVANCE_FORMS } from "../../model/neglect-calibration.js";
import type { Metric } from "../interval.js";
import { bootstrap, type Statistic } from "../statistics/bootstrap.js";
import { auroc, averagePrecision, type Scored } from "../statistics/detection.js";
import { mean } from "../statistics/summary.js";
import type { NeglectFit } from "./fit.js";
import { accountOf, type JudgedPicture, type JudgedWord } from "./words.js";

/** A judged word as a detector scores it, the more suspicious the higher, and whether it raises the alarm. */
interface ScoredWord extends Scored {
  readonly alarm: boolean;
  readonly untrained: boolean;
}

/** How a detector scores the words of one picture; null for those that it has nothing to say of. */
type Detector = (picture: JudgedPicture) => readonly (Pick<ScoredWord, "score" | "alarm"> | null)[];

/**
 * How well detectors of ignored words do on pictures that they were not fitted on; words that nobody can judge are left out.
 *
 * `neglect.auroc`, `.averagePrecision`, `.recallAt5` and `.falseAlarms` from the account alone, the same under
 * `neglect.deletion.` with the pictures without each word; `neglect.trained.auroc` and `neglect.untrained.auroc` for ignored
 * words of either kind; `neglect.FORM.auroc` of one form, calibrated; `neglect.uncalibrated.auroc` of the share of the content.
 * Pictures are the samples. A figure that is undefined, because no word is ignored, is left out.
 */
export function neglectMetrics(fit: NeglectFit, pictures: readonly JudgedPicture[]): Record<string, Metric> {
  const account = scored(pictures, (picture) => byStanding(standingsBy(fit, picture, accountOf)));
  const deletion = scored(pictures, (picture) =>
    byStanding(standingsBy(fit, picture, ({ evidence }) => evidence)),
  );
  const of = (isWanted: (word: ScoredWord) => boolean) =>
    account.map((words) => words.filter((word) => !word.positive || isWanted(word)));
  const forms = RELEVANCE_FORMS.map((form) => {
    const { account: detector } = fit.detectors;
    const weights = { own: { ...noWeights, [form]: 1 }, all: noWeights };
    const alone = { ...fit, detectors: { ...fit.detectors, account: { ...detector, weights } } };
    const words = scored(pictures, (picture) => byStanding(standingsBy(alone, picture, accountOf)));
    return [`neglect.${form}.auroc`, words, aurocOf] as const;
  });
  const uncalibrated = scored(pictures, ({ words }) =>
    words.map(({ forms: { content } }) => ({ score: -content, alarm: false })),
  );
  return defined([
    ...figures("neglect", account),
    ["neglect.trained.auroc", of(({ untrained }) => !untrained), aurocOf],
    ["neglect.untrained.auroc", of(({ untrained }) => untrained), aurocOf],
    ...figures("neglect.deletion", deletion),
    ...forms,
    ["neglect.uncalibrated.auroc", uncalibrated, aurocOf],
    ["neglect.ignored", account, (words) => shareOf(words, ({ positive }) => positive)],
  ]);
}

/**
 * `content.auroc`: how often a word that names something has a higher mean share of the content than one that does not, words
 * being told apart by what they read; `content.auroc.eq8` by the mean score of Eq. 8. Over pictures of the corpus.
 */
export function contentMetrics(pictures: readonly JudgedPicture[]): Record<string, Metric> {
  const corpus = pictures.filter(({ isCorpus }) => isCorpus);
  const by =
    (form: "content" | "eq8"): Statistic<JudgedPicture> =>
    (drawn) => {
      const values = new Map<string, number[]>();
      for (const { words } of drawn) {
        for (const { text, forms } of words) {
          const own = values.get(text);
          // of the whole, as an explanation gives it
          const share = forms[form] / words.length;
          if (own === undefined) values.set(text, [share]);
          else own.push(share);
        }
      }
      return auroc(
        [...values].flatMap(([text, own]) =>
          /[\p{L}\p{N}]/u.test(text) ? [{ score: mean(own), positive: isContentWord(text) }] : [],
        ),
      );
    };
  const found = [
    ["content.auroc", by("content")],
    ["content.auroc.eq8", by("eq8")],
  ] as const;
  return Object.fromEntries(
    found.flatMap(([name, statistic]) =>
      statistic(corpus) === null ? [] : [[name, bootstrap(corpus, statistic)]],
    ),
  );
}

type Figure = readonly [
  name: string,
  words: readonly (readonly ScoredWord[])[],
  (words: readonly ScoredWord[]) => number | null,
];

function figures(name: string, words: Figure[1]): Figure[] {
  return [
    [`${name}.auroc`, words, aurocOf],
    [`${name}.averagePrecision`, words, (each) => (aurocOf(each) === null ? null : averagePrecision(each))],
    [
      `${name}.recallAt5`,
      words,
      (each) =>
        shareOf(
          each.filter(({ positive }) => positive),
          raisesAlarm,
        ),
    ],
    [
      `${name}.falseAlarms`,
      words,
      (each) =>
        shareOf(
          each.filter(({ positive }) => !positive),
          raisesAlarm,
        ),
    ],
  ];
}

const aurocOf = (words: readonly ScoredWord[]): number | null => auroc(words);
const raisesAlarm = ({ alarm }: ScoredWord): boolean => alarm;

function shareOf(words: readonly ScoredWord[], holds: (word: ScoredWord) => boolean): number | null {
  return words.length === 0 ? null : words.filter(holds).length / words.length;
}

/** The figures with their intervals over pictures; those that are undefined are left out. */
function defined(wanted: readonly Figure[]): Record<string, Metric> {
  return Object.fromEntries(
    wanted.flatMap(([name, pictures, statistic]) => {
      const over = (drawn: Figure[1]) => statistic(drawn.flat());
      return over(pictures) === null ? [] : [[name, bootstrap(pictures, over)]];
    }),
  );
}

/** The judged words of each picture, scored. */
function scored(pictures: readonly JudgedPicture[], detect: Detector): readonly (readonly ScoredWord[])[] {
  return pictures.map((picture) => {
    const found = detect(picture);
    return picture.words.flatMap(({ judged }, word) => {
      const own = found[word];
      if (judged === null || judged.drawn === null || own == null) return [];
      return [{ ...own, positive: !judged.drawn, untrained: judged.untrained }];
    });
  });
}

/** How words stand by what `of` takes of each; words that name nothing have no picture without them. */
function standingsBy(
  fit: Pick<NeglectFit, "tables" | "detectors">,
  { words }: JudgedPicture,
  of: (word: JudgedWord) => ReturnType<typeof accountOf>,
): (Neglect | null)[] {
  return standings(
    fit,
    words,
    words.map(({ forms, judged }) => (judged === null ? { ...forms, deletion: 0 } : of(judged))),
  );
}

const byStanding = (found: readonly (Neglect | null)[]): ReturnType<Detector> =>
  found.map((neglect) => neglect && { score: -neglect.rate, alarm: looksIgnored(neglect) });

const noWeights = { content: 0, eq8: 0, share: 0, excess: 0, peak: 0, magnitude: 0, deletion: 0 };
