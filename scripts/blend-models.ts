// npx tsx scripts/blend-models.ts MODEL OTHER PART OUT: PART of OTHER's weights and the rest of MODEL's, in half precision. Two
// models of which one was trained on from the other lie in one valley, and what both can do lies between them (Wortsman et al.
// 2022, "Robust fine-tuning of zero-shot models").
import { loadModel, saveModel } from "../src/files/model.js";
import { denoiseGraph } from "../src/model/graphs.js";

const [from, other, said, out] = process.argv.slice(2);
const part = Number(said);
if (out === undefined || !(part >= 0 && part <= 1)) {
  process.stderr.write("usage: npx tsx scripts/blend-models.ts MODEL OTHER PART OUT, PART from 0 to 1\n");
  process.exit(2);
}
const first = loadModel(from!);
const second = loadModel(other!);
if (JSON.stringify(first.config) !== JSON.stringify(second.config)) {
  process.stderr.write(`${from} and ${other} must have the same settings\n`);
  process.exit(2);
}
const blended = denoiseGraph(first.config, 1, 1).parameters.map(({ name, shape }) => {
  const [a, b] = [first.weights.get(name)!, second.weights.get(name)!];
  return { name, shape, values: a.map((value, i) => (1 - part) * value + part * b[i]!) };
});
saveModel(out, first.config, blended, "F16");
process.stdout.write(`${out}: ${part} of ${other}, the rest of ${from}\n`);
