import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { lossCurveDrawing } from "../../src/figure/loss-curve.js";
import { loadFont } from "../../src/files/font.js";
import { readLosses } from "../../src/files/training-log.js";
import { assertAllclose } from "../allclose.js";
import { newFolder } from "../files/model-folder.js";

const font = loadFont();

/** Points of the entries' line and of their mean's. */
function lines(losses: readonly number[]): number[][][] {
  const entries = losses.map((loss, i) => ({ step: 20 * (i + 1), loss }));
  const { svg } = lossCurveDrawing("run", entries, font);
  const paths = [...svg.matchAll(/stroke-linejoin="round" d="M([^"]*)"/g)].map(([, points]) => points!);
  return paths.map((points) => points.split("L").map((point) => point.split(" ").map(Number)));
}

describe("a loss curve", () => {
  test("falls by equal heights for equal factors", () => {
    const [entries] = lines([0.8, 0.4, 0.2, 0.1]);
    const [a, b, c, d] = entries!.map(([, y]) => y!);
    assert.ok(b! > a!, "a lower loss is lower on the page");
    assertAllclose([c! - b!, d! - c!], [b! - a!, b! - a!], 0.02);
    const x = entries!.map(([x]) => x!);
    assertAllclose([x[2]! - x[1]!, x[3]! - x[2]!], [x[1]! - x[0]!, x[1]! - x[0]!], 0.02);
  });

  test("has a mean that starts at the first entry and ends between the lowest and the highest", () => {
    const [entries, means] = lines([0.5, 0.1, 0.5, 0.1, 0.5]);
    assert.deepEqual(means![0], entries![0]);
    const heights = entries!.map(([, y]) => y!);
    assert.ok(means!.at(-1)![1]! > Math.min(...heights) && means!.at(-1)![1]! < Math.max(...heights));
  });

  test("of one entry, or of equal ones, has finite marks", () => {
    for (const losses of [[0.3], [0.3, 0.3]]) {
      assert.ok(lines(losses).flat(2).every(Number.isFinite), String(losses));
    }
  });
});

test("a log's losses are read back; a broken line is named", () => {
  const path = join(newFolder(), "log.csv");
  writeFileSync(path, "step,loss,gradientNorm\n20,0.25,1\n40,0.125,1\n");
  assert.deepEqual(readLosses(path), [
    { step: 20, loss: 0.25 },
    { step: 40, loss: 0.125 },
  ]);
  writeFileSync(path, "step,loss,gradientNorm\n20,0.25,1\nforty\n");
  assert.throws(() => readLosses(path), /line 3: must start with a step and a loss above 0; got "forty"/);
});
