import { stridesOf, type Shape } from "../shape.js";

/** Maps a flat index of `to` to the flat index of the element of `from` that broadcasts there. */
export function broadcastIndex(from: Shape, to: Shape): (flat: number) => number {
  const strides = stridesOf(from);
  const outer = stridesOf(to);
  const offset = to.length - from.length;
  const steps = to.map((_, axis) =>
    axis < offset || from[axis - offset] === 1 ? 0 : strides[axis - offset]!,
  );
  return (flat) => {
    let rest = flat;
    let index = 0;
    for (let axis = 0; axis < to.length; axis++) {
      const coordinate = Math.floor(rest / outer[axis]!);
      rest -= coordinate * outer[axis]!;
      index += coordinate * steps[axis]!;
    }
    return index;
  };
}
