import { request } from "node:http";

export interface UnixAnswer {
  readonly status: number;
  readonly text: string;
}

/** One HTTP request over a unix socket, which `fetch` cannot do. */
export function unixHttp(
  socketPath: string,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  timeoutMs = 30_000,
): Promise<UnixAnswer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers =
      payload === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
    const outgoing = request({ socketPath, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        clearTimeout(deadline);
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
      });
      incoming.on("error", reject);
    });
    const deadline = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    outgoing.on("error", (error) => {
      clearTimeout(deadline);
      reject(new Error(`${method} ${path} on ${socketPath}: ${error.message}`));
    });
    outgoing.end(payload);
  });
}
