import http from "node:http";
import { z } from "zod";

interface Stored {
  id: number;
  body: string;
  by: string;
}

const sent = z.object({ body: z.string() });

/** As much of the three platforms' interfaces as comments need, on loopback. */
export class Forge {
  readonly stored: Stored[] = [];
  readonly tokens = new Set<string | undefined>();
  refusal: number | undefined;
  url = "";
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { "private-token": token, authorization } = request.headers;
      this.tokens.add(token?.toString() ?? authorization);
      const answer = this.answer(request, Buffer.concat(chunks).toString("utf8"));
      response.writeHead(this.refusal ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  });

  /** @param pages whether the list comes in pages, as everywhere but at Forgejo */
  constructor(
    readonly self: string,
    readonly pages = true,
  ) {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.number() }).parse(this.server.address());
    this.url = `http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer({ method, url = "" }: http.IncomingMessage, body: string): unknown {
    const { pathname, searchParams } = new URL(url, this.url);
    if (pathname === "/user") {
      return { username: this.self };
    }
    if (method === "GET") {
      const page = Number(searchParams.get("page"));
      const some = this.pages ? this.stored.slice((page - 1) * 100, page * 100) : this.stored;
      return some.map(({ id, body: text, by }) => ({
        id,
        body: text,
        ...(pathname.includes("merge_requests")
          ? { author: { username: by } }
          : { user: { login: by } }),
      }));
    }
    const { body: text } = sent.parse(JSON.parse(body));
    if (method === "POST") {
      this.stored.push({ id: this.stored.length + 1, body: text, by: this.self });
      return {};
    }
    const id = Number(pathname.split("/").at(-1));
    const one = this.stored.find((comment) => comment.id === id);
    if (one !== undefined) {
      one.body = text;
    }
    return {};
  }
}
