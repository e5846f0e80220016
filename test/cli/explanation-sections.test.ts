import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseHTML } from "linkedom";
import { reportDocument } from "../../src/cli/explanations/document.js";
import { localisationFindings } from "../../src/cli/explanations/localisation-findings.js";
import { heldOutScenes, scenesFor } from "../../src/cli/explanations/sections/localisation.js";
import { SECTIONS } from "../../src/cli/explanations/sections.js";
import { sizesOf } from "../../src/cli/explanations/sizes.js";
import { standing, verdict } from "../../src/cli/explanations/verdict.js";
import type { CaseFigures } from "../../src/evaluate/case-figures.js";
import { LOCALISATION_TIMES } from "../../src/evaluate/localisation.js";
import { playersOf } from "../../src/methods/players.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const { model, encodePrompt, compile, settings } = await tinyDrawing(
  "a cat",
  {},
  tinyModel(
    tinyConfig(
      { imageSize: 64, patch: 4, channelMultipliers: [1], attentionFactors: [1] },
      { text: { vectors: "random", maxTokens: 24 } },
    ),
  ),
);
const run = { model, encodePrompt, compile, settings, sizes: sizesOf(24) };

const samples = (...values: number[]) => new Map(values.entries());

describe("the verdict on two methods", () => {
  const ours = { name: "ours", samples: samples(0.8, 0.81, 0.79, 0.8, 0.8, 0.82) };
  const said = (other: ReadonlyMap<number, number>) =>
    verdict([{ where: "t = 200", ours, others: [{ name: "theirs", samples: other }] }]);

  test("is above where intervals are apart, and says so once", () => {
    assert.equal(standing(ours.samples, samples(0.1, 0.2, 0.1)).kind, "above");
    assert.deepEqual(said(samples(0.1, 0.2, 0.1)), [
      "Everywhere (t = 200), ours is above every other method with separated 95 % intervals.",
    ]);
  });

  test("names who is better", () => {
    assert.equal(standing(samples(0.1, 0.2), ours.samples).kind, "below");
    assert.match(said(samples(0.9, 0.95, 0.92, 0.93, 0.9, 0.9)).join(" "), /Here theirs is better/);
  });

  test("gives the reason where intervals overlap: few samples, a difference of pairs, or none", () => {
    assert.match(said(samples(0.7, 0.9))[1]!, /Not at t = 200: .* Too few samples to tell: on the 2 samples/);
    const wide = samples(0.1, 0.9, 0.2, 0.8, 0.3, 0.7);
    const above = new Map([...wide].map(([i, value]) => [i, value + 0.01]));
    const contest = {
      where: "x",
      ours: { name: "ours", samples: above },
      others: [{ name: "b", samples: wide }],
    };
    assert.match(verdict([contest])[1]!, /for want of samples; pair by pair ours is above/);
    assert.match(said(samples(0.79, 0.82, 0.8, 0.79, 0.81, 0.8))[1]!, /No difference can be told/);
    const apart = new Map([[99, 0.8]]);
    assert.match(said(apart)[1]!, /no sample in common/);
  });
});

/** Scenes in which contributions score `value(k)` as excess and attention 0.3, whatever the time. */
const figuresOf = (count: number, value: (scene: number) => number): CaseFigures[] =>
  Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const crowd = index % 2 === 0 ? "one" : "two";
    const own = (method: string, form: string, score: number) => [
      [`${method} energyPointing.heldOut.${crowd}.object.${form}`, score] as const,
    ];
    const figures = Object.fromEntries([
      ...own("contributions", "raw", 0.2),
      ...own("contributions", "excess", value(index)),
      ...["raw", "share", "excess"].flatMap((form) => own("attention", form, 0.3)),
    ]);
    return [
      { index, t: 0, figures: { [`chance ${crowd}`]: 0.1 } },
      ...LOCALISATION_TIMES.map((t) => ({ index, t, figures })),
    ];
  });

describe("scenes that methods are asked about", () => {
  test("are the first of the report's, half of them with one object, of captions that the method takes", async () => {
    const dear = run.sizes.dearScenes;
    assert.ok(dear > 1);
    assert.deepEqual(await scenesFor(run, "attention", 24), heldOutScenes(24));
    assert.deepEqual(await scenesFor(run, "integrated-gradients", dear), heldOutScenes(dear));
    const asked = await scenesFor(run, "shapley", dear);
    assert.deepEqual(
      asked.map(({ crowd }) => crowd).sort(),
      heldOutScenes(dear)
        .map(({ crowd }) => crowd)
        .sort(),
    );
    const inReport = new Set(heldOutScenes(24).map(({ index, crowd }) => `${crowd} ${index}`));
    for (const { scene, index, crowd } of asked) {
      assert.ok(inReport.has(`${crowd} ${index}`));
      assert.ok(playersOf(await encodePrompt(scene.caption)).length <= 8, scene.caption);
    }
  });
});

describe("findings on where words act", () => {
  test("take the form that suits contributions, and hold it against every form of the others", () => {
    const { metrics, goals } = localisationFindings(figuresOf(8, () => 0.75));
    assert.equal(metrics["localisation.object.energyPointing.contributions"]!.value, 0.75);
    assert.equal(metrics["localisation.object.energyPointing.contributions.two.t500"]!.n, 4);
    assert.equal(metrics["localisation.object.energyPointing.contributions.raw.one.t200"]!.value, 0.2);
    assert.equal(metrics["localisation.chance.one"]!.value, 0.1);
    assert.deepEqual(
      goals!.map(({ isReached }) => isReached),
      [true],
    );
  });

  test("do not reach the goal if one time or crowd fails", () => {
    const { goals, body } = localisationFindings(figuresOf(8, (scene) => (scene % 2 === 0 ? 0.9 : 0.3)));
    assert.deepEqual(
      goals!.map(({ isReached }) => isReached),
      [false],
    );
    assert.match(body.html, /Not at t = 200, with a hat, or two or three objects: 0\.300/);
  });
});

describe("every section", () => {
  test("has names for its work that are its own and fit into file names", async () => {
    const names = await Promise.all(
      SECTIONS.map(async (section) => (await section.plan(run)).map((unit) => `${section.id}-${unit.name}`)),
    );
    assert.equal(new Set(names.flat()).size, names.flat().length);
    for (const name of names.flat()) assert.match(name, /^[a-z0-9-]+$/);
    assert.equal(new Set(SECTIONS.map(({ id }) => id)).size, SECTIONS.length);
  });

  test("makes something of whatever part of its work there is", async () => {
    const tiny = { ...run, settings: { ...settings, steps: 1 }, sizes: sizesOf(2) };
    for (const [id, wanted, metric] of [
      ["localisation", /^centre-/, "localisation.object.energyPointing.centre.one.t200"],
      ["grid", /^[23]x[23]-random-/, "grid3x3.random"],
      ["deletion", /^free-/, "free.deletion.auc.contributions"],
      ["word-effects", /./, "deletion.rank.t200"],
      ["account", /./, "residual.max"],
      ["until-aligned", /./, "untilAligned.cost"],
    ] as const) {
      const section = SECTIONS.find((candidate) => candidate.id === id)!;
      const units = (await section.plan(tiny)).filter(({ name }) => wanted.test(name));
      const results: unknown[] = [];
      for (const unit of units) {
        const result = await unit.run(new AbortController().signal);
        results.push(JSON.parse(JSON.stringify(result)));
      }
      const { metrics, body } = await section.finish(tiny, results);
      assert.ok(metrics[metric], `${metric} of ${Object.keys(metrics)}`);
      assert.match(body.html, /<table/);
    }
  });

  test("refuses results of another form", async () => {
    const taking = SECTIONS.filter(({ id }) => id !== "account");
    for (const section of taking)
      await assert.rejects(section.finish(run, ["nonsense"]), /results of .* are damaged/, section.id);
  });
});

test("the document holds every section and goal, the settings, and refers to nothing outside", () => {
  const findings = localisationFindings(figuresOf(4, () => 0.9));
  const section = { ...SECTIONS[0]!, id: "where", title: "Where <words> act" };
  const html = reportDocument({
    model: "tiny",
    found: [{ section, findings }],
    settings: { digest: "abc", sizes: { scenes: 4 } },
    command: "pellucid evaluate explanations tiny --out r.html",
  });
  const { document } = parseHTML(html);
  assert.equal(document.querySelector("#where h2")!.textContent, "Where <words> act");
  assert.equal(document.querySelector("#summary .reached")!.textContent, "reached");
  assert.match(
    document.querySelector("#repeat")!.textContent!,
    /explanations tiny --out r\.html.*abc.*scenes/s,
  );
  for (const [name, { n }] of Object.entries(findings.metrics)) {
    const row = [...document.querySelectorAll("table.all tr")].find(
      (candidate) => candidate.querySelector("code")?.textContent === name,
    );
    assert.equal(row?.querySelector("td:last-child")?.textContent, String(n), name);
  }
  assert.doesNotMatch(html, /(src|href|url)\s*[=(]\s*["']?(https?:)?\/\//);
  for (const link of document.querySelectorAll("a")) assert.match(link.getAttribute("href")!, /^#/);
});
