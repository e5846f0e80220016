import { contentOf, type KindShares, massShares, projectionShares } from "../explain/relevance.js";
import { carriedMean, carriedNoise } from "../explain/starting-noise.js";
import { drawMany } from "../generate/batch.js";
import { isExplainable } from "../generate/networks.js";
import { samplingSteps, seededNoise } from "../generate/sampling.js";
import { type AccountRun, ledgers } from "./account.js";
import { type Metric, meanMetric } from "./interval.js";

/**
 * Shares of one picture by where they come from; signed. `noise.carried` and `mu.carried` are what the sampler itself brings into
 * the picture past the network. Of a B-cos network the rest is known by source: `tokens`, `noise`, `time`, `mu` (and `guidance`) add
 * up to 1, what was carried included. Of an ordinary one it is `network`, undivided, and adds up to 1 with what was carried.
 */
export type SourceShares = Readonly<Record<string, number>>;

/** The two measures of a picture's shares. */
export interface PictureShares {
  readonly seed: number;
  /** Of its mass, the sum over pixels and channels. */
  readonly mass: SourceShares;
  /** Of its content, as projections; null for a picture of uniform 0.5 grey. */
  readonly content: SourceShares | null;
}

/** Draws one picture per prompt and yields its shares. Throws InputError if a picture has no mass, CancelledError. */
export function sourceShares(run: AccountRun): AsyncGenerator<PictureShares, void, undefined> {
  return isExplainable(run.model) ? explainedShares(run) : undividedShares(run);
}

async function* explainedShares(run: AccountRun): AsyncGenerator<PictureShares, void, undefined> {
  for await (const { ledger, seed } of ledgers(run)) {
    const past = carriedShares(run, ledger.image, seed);
    const content = projectionShares(ledger);
    yield {
      seed,
      mass: { ...present(massShares(ledger)), ...carriedParts(past.mass) },
      content:
        content === null || past.content === null
          ? null
          : { ...present(content), ...carriedParts(past.content) },
    };
  }
}

async function* undividedShares(run: AccountRun): AsyncGenerator<PictureShares, void, undefined> {
  const { prompts, ...rest } = run;
  const orders = prompts.map((prompt, seed) => ({ prompt, seed }));
  let seed = 0;
  for await (const image of drawMany({ ...rest, orders })) {
    const { mass, content } = carriedShares(run, image, seed);
    yield {
      seed,
      mass: { ...carriedParts(mass), network: mass.network },
      content: content && { ...carriedParts(content), network: content.network },
    };
    seed += 1;
  }
}

/** What a picture's sampler brought past the network, and what is left for the network. */
interface Carried {
  readonly noise: number;
  readonly mu: number;
  readonly network: number;
}

const carriedParts = ({ noise, mu }: Carried) => ({ "noise.carried": noise, "mu.carried": mu });

/** The picture [6, H, W] is carried x_T + carried mean + what the network's outputs became. */
function carriedShares(
  { model, settings }: Pick<AccountRun, "model" | "settings">,
  image: Float32Array,
  seed: number,
): { readonly mass: Carried; readonly content: Carried | null } {
  const steps = samplingSteps(model.config, settings);
  const factor = carriedNoise(steps);
  const { xT } = seededNoise(model.config, seed);
  const total = image.reduce((sum, value) => sum + value, 0);
  const carried = factor * xT.reduce((sum, value) => sum + value, 0);
  // a constant is as much in each colour as in its complement: it has no content
  const [d, noise] = [contentOf(image), contentOf(xT)];
  const square = d.reduce((sum, value) => sum + value * value, 0);
  const along = factor * d.reduce((sum, value, i) => sum + value * noise[i]!, 0);
  return {
    mass: withRest(carried / total, (carriedMean(steps) * image.length) / total),
    content: square === 0 ? null : withRest(along / square, 0),
  };
}

const withRest = (noise: number, mu: number): Carried => ({ noise, mu, network: 1 - noise - mu });

const KINDS = ["tokens", "noise", "time", "mu", "guidance", "bias"] as const;

/** The shares that a run had. */
const present = (shares: KindShares): SourceShares =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const share = shares[kind];
      return share === null ? [] : [[kind, share]];
    }),
  );

/** Means over pictures, with intervals: `mass.tokens`, `content.noise`, ... Grey pictures have no content and are left out of its means. */
export function sourceShareMetrics(pictures: readonly PictureShares[]): Record<string, Metric> {
  const means = (measure: string, shares: readonly SourceShares[]) =>
    Object.keys(shares[0] ?? {}).map((name): [string, Metric] => [
      `${measure}.${name}`,
      meanMetric(shares.map((own) => own[name]!)),
    ]);
  const contents = pictures.flatMap(({ content }) => (content === null ? [] : [content]));
  return Object.fromEntries([
    ...means(
      "mass",
      pictures.map(({ mass }) => mass),
    ),
    ...means("content", contents),
  ]);
}
