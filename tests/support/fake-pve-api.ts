import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ApiEndpoint } from "../../dynamic-providers/transport/pve-api/exchange.js";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** "drop" breaks the connection without an answer, "never" leaves the caller waiting. */
export type Reply = { readonly status: number; readonly body: string } | "drop";

/** A TLS server with a certificate of its own that answers as a node's API would. */
export interface FakeApi {
  readonly endpoint: ApiEndpoint;
  readonly seen: SeenRequest[];
  stop(): Promise<void>;
}

export async function startApi(
  node: string,
  answer: (request: SeenRequest, seen: readonly SeenRequest[]) => Reply,
): Promise<FakeApi> {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-api-"));
  const [keyFile, certificateFile] = [path.join(folder, "key"), path.join(folder, "cert")];
  execFileSync(
    "openssl",
    [
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ["-keyout", keyFile, "-out", certificateFile, "-days", "2", "-subj", `/CN=${node}`],
    ].flat(),
    { stdio: "ignore" },
  );
  const [key, cert] = [readFileSync(keyFile), readFileSync(certificateFile)];
  rmSync(folder, { recursive: true });
  const seen: SeenRequest[] = [];
  const server = https.createServer({ key, cert }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const request: SeenRequest = {
        method: incoming.method ?? "",
        url: incoming.url ?? "",
        body: Buffer.concat(chunks).toString(),
        headers: incoming.headers,
      };
      seen.push(request);
      const reply = answer(request, seen);
      if (reply === "drop") {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(reply.status, { "content-type": "application/json" });
      outgoing.end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the API has no port");
  }
  return {
    endpoint: {
      node,
      host: "127.0.0.1",
      port: address.port,
      fingerprint: new X509Certificate(cert).fingerprint256,
    },
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function ok(data: unknown): Reply {
  return { status: 200, body: JSON.stringify({ data }) };
}

export function refused(status: number, message: string, errors?: object): Reply {
  return { status, body: JSON.stringify({ data: null, message: `${message}\n`, errors }) };
}
