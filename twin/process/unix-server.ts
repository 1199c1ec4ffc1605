import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";
import { readBody } from "./read-body.js";

export interface Reply {
  readonly status: number;
  /** Goes out as JSON; a text as it is. */
  readonly body: unknown;
}

export type Route = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}) => Promise<Reply>;

/** Small HTTP over a unix socket that only its owner may open. */
export function openUnixServer(path: string, route: Route): Promise<Server> {
  const server = createServer((request, response) => {
    void reply(request, route).then(({ status, body }) => {
      const text = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
      const type = typeof body === "string" ? "text/plain" : "application/json";
      response.writeHead(status, { "content-type": type });
      response.end(text);
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
    const text = (await readBody(request)).toString("utf8");
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
