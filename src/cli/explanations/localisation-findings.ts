import { type CaseFigures, caseSamples, type Samples, sampleMean } from "../../evaluate/case-figures.js";
import type { Metric } from "../../evaluate/interval.js";
import { LOCALISATION_TIMES, ROLES } from "../../evaluate/localisation.js";
import { CROWDS, type Crowd } from "../../evaluate/localisation-scenes.js";
import { MAP_TREATMENTS, type MapTreatment } from "../../explain/map-treatment.js";
import { METHOD_NAMES, METHODS, type MethodName } from "../../methods/methods.js";
import { intervalChart } from "../../report/charts.js";
import { formatMetric } from "../../report/format.js";
import { element, fragment, paragraph } from "../../report/html.js";
import { figureTable, metricsTable } from "../../report/tables.js";
import { kindOf } from "./methods.js";
import type { Findings } from "./section.js";
import { type Contest, isAboveEverywhere, verdict } from "./verdict.js";

const CROWD_NAMES: Readonly<Record<Crowd, string>> = {
  one: "one object",
  two: "with a hat, or two or three objects",
};

const SCORES = ["energyPointing", "pointing", "rankAccuracy", "iou"] as const;
type Score = (typeof SCORES)[number];

const SCORE_NAMES: Readonly<Record<Score, string>> = {
  energyPointing: "energy pointing game",
  pointing: "pointing game",
  rankAccuracy: "rank accuracy",
  iou: "IoU",
};

/** Figures of scenes by `METHOD SCORE.heldOut.CROWD.ROLE.FORM` and `.tT`. */
type Book = ReadonlyMap<string, Samples>;

/** What the figures of all methods come to, on scenes whose chance level they hold under `chance ...`. */
export function localisationFindings(found: readonly CaseFigures[]): Findings {
  const book = caseSamples(found);
  const methods = METHOD_NAMES.filter((method) =>
    [...book.keys()].some((name) => name.startsWith(`${method} `)),
  );
  const form = bestForm(book, "contributions");
  const contests = contestsOf(book, methods, form);
  const metrics = metricsOf(book, methods, form);
  const scenes = overCrowds(book, "contributions", "energyPointing", "object", form)?.size ?? 0;
  return {
    metrics,
    goals: [
      {
        what: "Object words' energy in their masks, ours above every other method at every t, with one object and with more",
        goal: "separated 95 % intervals",
        figure: metrics["localisation.object.energyPointing.contributions"],
        isReached: isAboveEverywhere(contests),
      },
    ],
    body: fragment(
      paragraph(
        `Real scenes whose pixels are known are noised to t = ${LOCALISATION_TIMES.join(", ")} of 1000, and the network sees through the noise once, under the scene's own caption (teacher forcing). Nothing is generated, so a bad map cannot be blamed on a bad picture. The score is the energy pointing game: the part of a word's map that lies inside the mask of what the word names. A constant map scores the mask's area. All ${scenes} scenes show combinations of object and colour that training never shows.`,
      ),
      paragraph(
        `All maps are treated alike: raw as the method gives them; as the word's share of the sum over all words in each pixel; as the excess of that share over its mean, clipped at 0; or raw where no other word has more, and 0 elsewhere. Contributions do best as ${FORM_NAMES[form]} maps, so the chart and the first table show every method in that form; the verdict allows the others whichever form suits them.`,
      ),
      element(
        "div",
        { class: "verdict" },
        verdict(contests).map((sentence) => paragraph(sentence)),
      ),
      intervalChart(
        CROWDS.flatMap((crowd) =>
          LOCALISATION_TIMES.flatMap((t) =>
            methods.flatMap((method) => {
              const samples = book.get(`${keyOf(method, "energyPointing", crowd, "object", form)}.t${t}`);
              if (samples === undefined) return [];
              const { title } = METHODS[method];
              const place = { column: `t = ${t}`, row: ROWS[crowd] };
              return [{ label: title, metric: sampleMean(samples), kind: kindOf(method), ...place }];
            }),
          ),
        ),
        CROWDS.flatMap((crowd) => {
          const chance = book.get(`chance ${crowd}`);
          return chance === undefined ? [] : [{ value: sampleMean(chance).value, row: ROWS[crowd] }];
        }),
        {
          title: `Energy of object words inside their masks, ${FORM_NAMES[form]} maps, with 95 % intervals; dashed: the masks' area, which constant maps score.`,
          axis: "energy inside the mask",
        },
      ),
      crowdTables(book, methods, form),
      formsTable(book, methods),
      scoresTable(book, methods, form),
      rolesTable(book, methods, form),
      paragraph(GROUNDING),
      metricsTable(metrics),
    ),
  };
}

const ROWS: Readonly<Record<Crowd, string>> = { one: "one object", two: "more" };

const FORM_NAMES: Readonly<Record<MapTreatment, string>> = {
  raw: "raw",
  share: "share",
  excess: "excess-share",
  lead: "lead",
};

const GROUNDING =
  "What a good score proves. A model can be trained to put a word's map on what the word names (grounding). Such a model is bound to score well here, and the score then says that training worked on combinations it had not seen, and not that the map is true. Whether it is true is asked below, by masking words: a map must lie where its word acts, and be as large as what the word changes. Compare with a model that was trained without the term by making this report of it too.";

const keyOf = (method: MethodName, score: Score, crowd: Crowd, role: string, form: MapTreatment): string =>
  `${method} ${score}.heldOut.${crowd}.${role}.${formFor(score, form)}`;

/** Scores of maxima and ranks know no excess, which moves neither, and no lead, which leaves most pixels without a rank. */
function formFor(score: Score, form: MapTreatment): MapTreatment {
  if (score !== "pointing" && score !== "rankAccuracy") return form;
  return form === "excess" ? "share" : form === "lead" ? "raw" : form;
}

function overCrowds(
  book: Book,
  method: MethodName,
  score: Score,
  role: string,
  form: MapTreatment,
): Samples | undefined {
  const entries = CROWDS.flatMap((crowd) => [...(book.get(keyOf(method, score, crowd, role, form)) ?? [])]);
  return entries.length === 0 ? undefined : new Map(entries.sort(([a], [b]) => a - b));
}

/** The form in which a method's object words score highest over all scenes and times. */
function bestForm(book: Book, method: MethodName): MapTreatment {
  const value = (form: MapTreatment): number => {
    const samples = overCrowds(book, method, "energyPointing", "object", form);
    return samples === undefined ? 0 : sampleMean(samples).value;
  };
  return MAP_TREATMENTS.reduce((best, form) => (value(form) > value(best) ? form : best));
}

/** Ours in its best form against every other method in every form, in each crowd at each time. */
function contestsOf(book: Book, methods: readonly MethodName[], form: MapTreatment): Contest[] {
  return CROWDS.flatMap((crowd) =>
    LOCALISATION_TIMES.flatMap((t) => {
      const samplesOf = (method: MethodName, of: MapTreatment) =>
        book.get(`${keyOf(method, "energyPointing", crowd, "object", of)}.t${t}`);
      const own = samplesOf("contributions", form);
      if (own === undefined) return [];
      const others = methods
        .filter((method) => method !== "contributions")
        .flatMap((method) =>
          MAP_TREATMENTS.flatMap((of) => {
            const samples = samplesOf(method, of);
            const name = `${METHODS[method].title.toLowerCase()} (${FORM_NAMES[of]})`;
            return samples === undefined ? [] : [{ name, samples }];
          }),
        );
      const where = `t = ${t}, ${CROWD_NAMES[crowd]}`;
      return [{ where, ours: { name: `contributions (${FORM_NAMES[form]})`, samples: own }, others }];
    }),
  );
}

/**
 * `localisation.ROLE.SCORE.METHOD` in the form that suits contributions best, over crowds and times; the same with `.CROWD` and
 * `.CROWD.tT`; `localisation.ROLE.SCORE.METHOD.FORM.CROWD.tT` in every form; `localisation.chance.CROWD`.
 */
function metricsOf(book: Book, methods: readonly MethodName[], form: MapTreatment): Record<string, Metric> {
  const metrics: Record<string, Metric> = {};
  const put = (name: string, samples: Samples | undefined) => {
    if (samples !== undefined) metrics[`localisation.${name}`] = sampleMean(samples);
  };
  for (const crowd of CROWDS) put(`chance.${crowd}`, book.get(`chance ${crowd}`));
  for (const role of ROLES) {
    for (const score of SCORES) {
      for (const method of methods) {
        const name = `${role}.${score}.${method}`;
        put(name, overCrowds(book, method, score, role, form));
        for (const crowd of CROWDS) {
          const own = keyOf(method, score, crowd, role, form);
          put(`${name}.${crowd}`, book.get(own));
          for (const t of LOCALISATION_TIMES) put(`${name}.${crowd}.t${t}`, book.get(`${own}.t${t}`));
          for (const of of MAP_TREATMENTS) {
            if (formFor(score, of) !== of) continue;
            const each = keyOf(method, score, crowd, role, of);
            for (const t of LOCALISATION_TIMES)
              put(`${name}.${of}.${crowd}.t${t}`, book.get(`${each}.t${t}`));
          }
        }
      }
    }
  }
  for (const method of methods) {
    for (const crowd of CROWDS)
      put(
        `object.responsibility.${method}.${crowd}`,
        book.get(`${method} responsibility.heldOut.${crowd}.object`),
      );
  }
  return metrics;
}

const rowsOf = (methods: readonly MethodName[], figures: (method: MethodName) => (Samples | undefined)[]) =>
  methods.map((method) => ({
    title: METHODS[method].title,
    figures: figures(method).map((samples) => (samples === undefined ? undefined : sampleMean(samples))),
    isAside: kindOf(method) === "control",
  }));

function crowdTables(book: Book, methods: readonly MethodName[], form: MapTreatment) {
  return CROWDS.map((crowd) => {
    const chance = book.get(`chance ${crowd}`);
    const said = chance === undefined ? "" : `; the masks' mean area: ${formatMetric(sampleMean(chance))}`;
    return figureTable({
      caption: `Object words, ${CROWD_NAMES[crowd]}, ${FORM_NAMES[form]} maps: energy inside the mask${said}.`,
      head: "method",
      columns: LOCALISATION_TIMES.map((t) => ({ title: `t = ${t}`, best: "highest" as const })),
      rows: rowsOf(methods, (method) =>
        LOCALISATION_TIMES.map((t) =>
          book.get(`${keyOf(method, "energyPointing", crowd, "object", form)}.t${t}`),
        ),
      ),
    });
  });
}

const formsTable = (book: Book, methods: readonly MethodName[]) =>
  figureTable({
    caption: "Object words, all scenes and times: the same treatment for all, one form in each column.",
    head: "method",
    columns: MAP_TREATMENTS.map((form) => ({ title: FORM_NAMES[form], best: "highest" as const })),
    rows: rowsOf(methods, (method) =>
      MAP_TREATMENTS.map((form) => overCrowds(book, method, "energyPointing", "object", form)),
    ),
  });

const scoresTable = (book: Book, methods: readonly MethodName[], form: MapTreatment) =>
  figureTable({
    caption: `Object words by other scores, all scenes and times, ${FORM_NAMES[form]} maps (pointing and ranks: of shares, which the excess does not change). IoU: pixels above 0.4 of the map's maximum.`,
    head: "method",
    columns: SCORES.map((score) => ({ title: SCORE_NAMES[score], best: "highest" as const })),
    rows: rowsOf(methods, (method) => SCORES.map((score) => overCrowds(book, method, score, "object", form))),
  });

const rolesTable = (book: Book, methods: readonly MethodName[], form: MapTreatment) =>
  figureTable({
    caption: `Energy inside the mask by what the word names, all scenes and times, ${FORM_NAMES[form]} maps; a colour word is scored against what it colours.`,
    head: "method",
    columns: ROLES.map((role) => ({ title: role, best: "highest" as const })),
    rows: rowsOf(methods, (method) =>
      ROLES.map((role) => overCrowds(book, method, "energyPointing", role, form)),
    ),
  });
