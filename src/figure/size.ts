/** Width of a figure between its margins, in pixels; more if its pictures need it. */
const CONTENT_WIDTH = 828;

/** Longest side of a picture in the top row, and of a map: few words have large maps. */
const PICTURE_SIDE = 256;
const MAP_SIDE = { few: 192, many: 128 } as const;
const MANY_WORDS = 13;

/** Space between pictures, and the least between maps. */
const PICTURE_GAP = 30;
const MAP_GAP = 12;

/** How large everything is: `scale`s are whole numbers, `pitch`es distances between the left edges of neighbours. */
export interface FigureSize {
  readonly width: number;
  readonly picture: { readonly scale: number; readonly pitch: number };
  readonly map: { readonly scale: number; readonly pitch: number; readonly columns: number };
}

/** Fits pictures of this size, three in a row, and maps of them in as many columns as there is room for. */
export function figureSize(
  picture: { readonly width: number; readonly height: number },
  words: number,
): FigureSize {
  const scaleTo = (side: number) => Math.max(1, Math.floor(side / Math.max(picture.width, picture.height)));
  const pictureScale = scaleTo(PICTURE_SIDE);
  const mapScale = scaleTo(words < MANY_WORDS ? MAP_SIDE.few : MAP_SIDE.many);
  const width = Math.max(CONTENT_WIDTH, 3 * pictureScale * picture.width + 2 * PICTURE_GAP);
  const mapWidth = mapScale * picture.width;
  const columns = Math.floor((width + MAP_GAP) / (mapWidth + MAP_GAP));
  const spare = Math.floor((width - columns * mapWidth) / Math.max(1, columns - 1));
  return {
    width,
    picture: { scale: pictureScale, pitch: Math.floor((width - pictureScale * picture.width) / 2) },
    map: { scale: mapScale, pitch: mapWidth + spare, columns },
  };
}
