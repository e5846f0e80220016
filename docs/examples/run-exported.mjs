// node docs/examples/run-exported.mjs onnx prompt.json > picture.ppm
import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";

const [folder, promptFile, steps = 25] = process.argv.slice(2);
const { model, sources, process: noising, files } = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
if (model.prediction !== "x0") throw new Error("another loop is needed");
const prompt = JSON.parse(readFileSync(promptFile, "utf8"));
const inputs = Object.fromEntries(files["explain.onnx"].inputs.map((input) => [input.name, input]));
const zeros = (name) => new Float32Array(inputs[name].shape.reduce((a, b) => a * b, 1));
const feed = (values) =>
  Object.fromEntries(Object.entries(values).map(([n, v]) => [n, new Tensor("float32", v, inputs[n].shape)]));
const session = await InferenceSession.create(`${folder}/explain.onnx`);
const { mu, sigma, alphaBar } = noising;

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
const half = zeros("x").length / 2;
const noise = Float32Array.from({ length: half }, normal); // [3, H, W]
let x = zeros("x").map((_, i) => mu + sigma * (i < half ? noise[i] : -noise[i - half])); // [6, H, W]
let rows = zeros("rows"); // [S, 6, H, W]
rows.set(x, sources.indexOf("noise") * x.length); // all of x_T belongs to the noise
const tokens = zeros("tokens");
tokens.set(prompt.vectors);
const mask = zeros("mask").fill(1, 0, prompt.tokens.length);

const time = (i) => Math.round(1000 - (i * 1000) / steps) - 1; // trailing: 999 first
for (let i = 0; i < steps; i++) {
  const [from, to] = [alphaBar[time(i)], i + 1 < steps ? alphaBar[time(i + 1)] : 1];
  const a = Math.sqrt((1 - to) / (1 - from)); // DDIM, eta 0: x' = a x + b x0 + c mu
  const b = Math.sqrt(to) - a * Math.sqrt(from);
  const c = 1 - a - b;
  const { output, rowsOut } = await session.run(feed({ x, t: Float32Array.of(time(i)), tokens, mask, rows }));
  const constant = (row) => (sources[row] === "mu" ? c * mu : 0);
  rows = rows.map((r, k) => a * r + b * rowsOut.data[k] + constant(Math.floor(k / x.length)));
  x = x.map((value, k) => a * value + b * output.data[k] + c * mu);
}

const sumAt = (k) => sources.reduce((total, _, row) => total + rows[row * x.length + k], 0);
const residual = x.reduce((worst, value, k) => Math.max(worst, Math.abs(value - sumAt(k))), 0);
console.error(`sum of parts = picture: max difference ${residual.toExponential(1)}`);
const total = x.reduce((sum, value) => sum + value, 0);
for (const [row, source] of sources.entries()) {
  const mass = rows.subarray(row * x.length, (row + 1) * x.length).reduce((sum, value) => sum + value, 0);
  console.error(`${prompt.tokens[row] ?? source}: ${((100 * mass) / total).toFixed(2)} % of the mass`);
}
const [height, width] = inputs.x.shape.slice(2);
const byte = (value) => Math.round(255 * Math.min(1, Math.max(0, value)));
const pixels = Uint8Array.from({ length: half }, (_, i) => byte(x[(i % 3) * (half / 3) + Math.floor(i / 3)]));
process.stdout.write(`P6 ${width} ${height} 255\n`);
process.stdout.write(pixels);
