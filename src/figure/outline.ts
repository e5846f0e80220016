import type { PictureSize } from "../diffusion/picture.js";

/** Weakest change of colour that counts as an edge, as a distance in rgb and as a part of the picture's strongest. */
const WEAKEST = 0.12;
const WEAKEST_PART = 0.2;

type At = (x: number, y: number) => number;

/**
 * The edges of a picture [3, H, W] as an SVG path along pixel borders, in pixels of the picture: where the colour changes
 * more than a little, and more than at the borders on either side.
 */
export function outlinePath(picture: Float32Array, { width, height }: PictureSize): string {
  const pixels = width * height;
  const channels = [0, 1, 2].map((channel): At => {
    const plane = picture.subarray(channel * pixels, (channel + 1) * pixels); // [H, W]
    return (x, y) =>
      plane[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  });
  const flipped = channels.map(
    (at): At =>
      (x, y) =>
        at(y, x),
  );
  const across = changes(channels, width, height);
  const down = changes(flipped, height, width);
  const strongest = [...across, ...down].reduce((a, b) => Math.max(a, b), 0);
  const least = Math.max(WEAKEST, WEAKEST_PART * strongest);
  return [
    ...edges(across, width - 1, least).map(([x, y]) => `M${x + 1} ${y}v1`),
    ...edges(down, height - 1, least).map(([y, x]) => `M${x} ${y + 1}h1`),
  ].join("");
}

/** Change of colour across the border on the right of each pixel but a row's last, from two pixels to two; [H, W - 1]. */
function changes(channels: readonly At[], width: number, height: number): Float32Array {
  return Float32Array.from({ length: (width - 1) * height }, (_, i) => {
    const [x, y] = [i % (width - 1), Math.floor(i / (width - 1))];
    return Math.hypot(...channels.map((at) => (at(x + 1, y) + at(x + 2, y) - at(x, y) - at(x - 1, y)) / 2));
  });
}

/** Where, in rows of `length`, a change is at least `least` and none beside it in the row is larger. */
function edges(change: Float32Array, length: number, least: number): [x: number, y: number][] {
  return Array.from(change.keys()).flatMap((i): [number, number][] => {
    const [x, y] = [i % length, Math.floor(i / length)];
    const previous = x === 0 ? 0 : change[i - 1]!;
    const next = x === length - 1 ? 0 : change[i + 1]!;
    return change[i]! >= least && change[i]! > previous && change[i]! >= next ? [[x, y]] : [];
  });
}
