/** Something that can do the measured work again and again. */
export interface Engine {
  readonly name: string;
  /** Numbers that the network learns. */
  readonly parameters: number;
  /** Floating-point operations of a step's products; absent where they are not counted. */
  readonly flops?: number;
  /** Does the work once and gives the milliseconds it took. */
  step(): Promise<number>;
  /** Stops, and gives the largest resident memory of the engine's process in MiB. */
  end(): Promise<number>;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Milliseconds of `repeats` steps of each engine, in turn (A B A B), so that a busy minute of the machine hits all alike.
 *
 * In training or drawing one step follows another; so a turn is two steps, of which the second counts: the first finds the memory as
 * the other engine left it. The first two turns of each are not counted.
 */
export async function inTurn(engines: readonly Engine[], repeats: number): Promise<number[][]> {
  const times: number[][] = engines.map(() => []);
  for (let round = -2; round < repeats; round++) {
    for (const [i, engine] of engines.entries()) {
      await engine.step();
      const ms = await engine.step();
      if (round >= 0) times[i]!.push(ms);
    }
  }
  return times;
}
