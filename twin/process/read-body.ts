import type { IncomingMessage } from "node:http";

/** The whole body of a request; one that is larger than it may be is an error. */
export async function readBody(
  request: IncomingMessage,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > mostBytes) throw new Error(`the body is larger than ${mostBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
