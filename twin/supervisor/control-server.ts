import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export type Route = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}) => Promise<Reply>;

/** Small HTTP over a unix socket that only root may open. */
export function openControlSocket(path: string, route: Route): Promise<Server> {
  const server = createServer((request, response) => {
    void reply(request, route).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(`${JSON.stringify(body)}\n`);
    });
  });
  server.requestTimeout = 0;
  rmSync(path, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

async function reply(request: IncomingMessage, route: Route): Promise<Reply> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString("utf8");
    const body: unknown = text.trim() === "" ? {} : JSON.parse(text);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://twin");
    const method = request.method ?? "GET";
    return await route({ method, path: pathname, query: searchParams, body });
  } catch (error) {
    if (error instanceof z.ZodError)
      return { status: 400, body: { error: z.prettifyError(error) } };
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}
