import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";

/** A server of images that are as they should be, and of all that can be wrong with them. */
export interface ImageServer {
  readonly port: number;
  readonly url: (path: string) => string;
  /** Requests so far, by path. */
  readonly asked: ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
}

type Answer = (response: ServerResponse, request: IncomingMessage, times: number) => void;

/** A picture of one colour, 80 x 100 pixels, whose colour and format depend on its number. */
export async function numberedImage(n: number): Promise<Buffer> {
  const background = { r: n % 256, g: (n * 7) % 256, b: (n * 31) % 256 };
  const image = sharp({ create: { width: 80, height: 100, channels: 3, background } });
  return n % 2 === 0 ? image.png().toBuffer() : image.jpeg().toBuffer();
}

/** Starts one; `delay` gives the milliseconds that a numbered image takes, and is called at each request for one. */
export async function startImageServer(delay: () => number = () => 0): Promise<ImageServer> {
  const asked = new Map<string, number>();
  const jpeg = await sharp({
    create: {
      width: 300,
      height: 200,
      channels: 3,
      background: "red",
      noise: { type: "gaussian", sigma: 60 },
    },
  })
    .jpeg()
    .toBuffer();
  const image = (response: ServerResponse, bytes: Uint8Array, headers: Record<string, string> = {}) => {
    response.writeHead(200, { "content-type": "image/jpeg", ...headers }).end(bytes);
  };
  const wide = await sharp({ create: { width: 400, height: 200, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const answers: Readonly<Record<string, Answer>> = {
    "/slow": () => {},
    "/endless": (response) => {
      response.writeHead(200, { "content-type": "image/jpeg" });
      const timer = setInterval(() => response.write(Buffer.alloc(20_000)), 1);
      response.on("close", () => clearInterval(timer));
    },
    "/large": (response) => {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": "999999999" }).flushHeaders();
    },
    "/too-short": (response) => {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": String(jpeg.length + 1) });
      response.write(jpeg, () => response.destroy());
    },
    "/cut.jpg": (response) => image(response, jpeg.subarray(0, jpeg.length / 2)),
    "/page": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>gone</p>"),
    "/page.jpg": (response) => image(response, Buffer.from("<html><p>gone</p></html>")),
    "/drawing.svg": (response) =>
      response.writeHead(200, { "content-type": "image/svg+xml" }).end("<svg width='9' height='9'/>"),
    "/wide": (response) => image(response, wide),
    "/empty": (response) => image(response, Buffer.alloc(0)),
    "/unsaid": (response) => image(response, jpeg, { "content-type": "application/octet-stream" }),
    "/noai": (response) => image(response, jpeg, { "x-robots-tag": "googlebot: noindex, NoAI" }),
    "/noimageai": (response) => image(response, jpeg, { "x-robots-tag": "noimageai" }),
    "/noindex": (response) => image(response, jpeg, { "x-robots-tag": "noindex" }),
    "/loop": (response) => response.writeHead(302, { location: "/loop" }).end(),
    "/twice": (response) => response.writeHead(301, { location: "/once" }).end(),
    "/once": (response) => response.writeHead(307, { location: "unsaid" }).end(),
    "/to-file": (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    "/to-inside": (response) => response.writeHead(302, { location: "http://127.0.0.2:9/" }).end(),
    "/busy": (response, _request, times) =>
      times < 3 ? response.writeHead(503, { "retry-after": "0" }).end() : image(response, jpeg),
    "/much-later": (response) => response.writeHead(429, { "retry-after": "3600" }).end(),
    "/reset": (response) => response.destroy(),
    "/nonsense": (response) => response.socket?.end("HELLO\r\n\r\n"),
  };
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    const number = /^\/image\/(\d+)$/.exec(path)?.[1];
    const answer = answers[path];
    if (answer !== undefined) answer(response, request, times);
    else if (number === undefined) response.writeHead(404).end();
    else {
      const bytes = await numberedImage(Number(number));
      setTimeout(() => image(response, bytes), delay());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const { port } = address;
  return {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
