/**
 * The picture as a network sees it: r, g, b, 1-r, 1-g, 1-b in 0..1, channels first.
 * `rgb` is [pixels, 3] in 0..255; the result is [6, pixels].
 */
export function sixChannels(rgb: Uint8Array): Float32Array {
  const pixels = rgb.length / 3;
  const out = new Float32Array(6 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      const value = rgb[i * 3 + c]! / 255;
      out[c * pixels + i] = value;
      out[(c + 3) * pixels + i] = 1 - value;
    }
  }
  return out;
}
