import type { Shape } from "../shape.js";

/** A convolution's sizes: input [B, C, H, W], kernel [C', C, k, k], output [B, C', H', W']. */
export interface ConvolutionSizes {
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
  readonly stride: number;
  readonly padding: number;
}

/** Rows of the unfolded picture: inputs of one output. */
export const patchSize = ({ w }: ConvolutionSizes): number => w[1]! * w[2]! * w[3]!;

/** Columns of the unfolded picture: outputs of one channel. */
export const outputPixels = ({ y }: ConvolutionSizes): number => y[2]! * y[3]!;

/** The patch of every output pixel of picture `b` as a column: [C * k * k, H' * W'], zero outside the picture. */
export function unfold(x: Float64Array, sizes: ConvolutionSizes, b: number): Float64Array {
  const columns = new Float64Array(patchSize(sizes) * outputPixels(sizes));
  forEachTap(sizes, b, (pixel, tap) => {
    columns[tap] = x[pixel]!;
  });
  return columns;
}

/** Adds columns back to where `unfold` took them from: its transpose. */
export function addFolded(x: Float64Array, columns: Float64Array, sizes: ConvolutionSizes, b: number): void {
  forEachTap(sizes, b, (pixel, tap) => {
    x[pixel]! += columns[tap]!;
  });
}

/** Calls `visit` with the flat index of every input pixel and of each place that it has among the columns. */
function forEachTap(
  { x, w, y, stride, padding }: ConvolutionSizes,
  b: number,
  visit: (pixel: number, tap: number) => void,
): void {
  const [, channels, height, width] = x;
  const [, , kernelHeight, kernelWidth] = w;
  const [, , rows, columns] = y;
  for (let c = 0; c < channels!; c++)
    for (let p = 0; p < kernelHeight!; p++)
      for (let q = 0; q < kernelWidth!; q++)
        for (let r = 0; r < rows!; r++) {
          const row = r * stride + p - padding;
          if (row < 0 || row >= height!) continue;
          const pixels = ((b * channels! + c) * height! + row) * width!;
          const taps = (((c * kernelHeight! + p) * kernelWidth! + q) * rows! + r) * columns!;
          for (let s = 0; s < columns!; s++) {
            const column = s * stride + q - padding;
            if (column >= 0 && column < width!) visit(pixels + column, taps + s);
          }
        }
}
