/** Formats of photographs that are decoded; no other decoder is ever given a file from elsewhere. */
export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "avif";

/** The format that a file's first bytes say it has, whatever its name or server says; undefined for any other. */
export function imageFormatOf(bytes: Uint8Array): ImageFormat | undefined {
  const text = (begin: number, end: number) => String.fromCharCode(...bytes.subarray(begin, end));
  if (text(0, 3) === "\xff\xd8\xff") return "jpeg";
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "webp";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "gif";
  if (text(4, 8) === "ftyp" && /^avi[fs]$/.test(text(8, 12))) return "avif";
  return undefined;
}
