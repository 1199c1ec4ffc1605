import { request } from "node:https";
import { Client } from "ssh2";
import type { Answer } from "./compare.js";

/** A host of the cluster under test. */
export interface TargetHost {
  readonly key: string;
  readonly name: string;
  readonly address: string;
}

export interface Credentials {
  readonly cookie?: string;
  readonly csrf?: string;
  readonly authorization?: string;
}

const CALL_TIMEOUT_MS = 60_000;

/** Runs a command as root by ssh with the password; host keys are not pinned, the hosts are made for tests. */
export function runCommand(
  host: TargetHost,
  password: string,
  command: string,
  stdin: string,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const started = performance.now();
    const timer = setTimeout(() => {
      client.end();
      reject(new Error(`"${command}" on ${host.name} did not end in ${timeoutMs / 1000} s`));
    }, timeoutMs);
    client.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`ssh to ${host.name} (${host.address}): ${error.message}`));
    });
    client.on("ready", () => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let stdout = "";
        let stderr = "";
        channel.on("data", (data: Buffer) => {
          stdout += data.toString();
        });
        channel.stderr.on("data", (data: Buffer) => {
          stderr += data.toString();
        });
        channel.on("close", (code: number | null) => {
          clearTimeout(timer);
          client.end();
          const seconds = (performance.now() - started) / 1000;
          resolve({ exit: code ?? -1, stdout, stderr, seconds });
        });
        channel.end(stdin);
      });
    });
    client.connect({ host: host.address, username: "root", password, readyTimeout: 20_000 });
  });
}

/** One HTTPS call. A connection that is closed without a reply is an answer too: one without a status. */
export function callApi(
  host: TargetHost,
  call: string,
  params: Readonly<Record<string, string | number>>,
  body: string | undefined,
  credentials: Credentials,
): Promise<Answer> {
  const [verb = "GET", path = "/"] = call.split(" ", 2);
  const encoded = new URLSearchParams(
    Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const inQuery = verb === "GET" || verb === "DELETE";
  const sent = body ?? (inQuery ? "" : encoded);
  const query = inQuery && encoded !== "" ? `?${encoded}` : "";
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  return new Promise((resolve) => {
    const out = request(
      {
        host: host.address,
        port: 8006,
        method: verb,
        path: `/api2/json${path}${query}`,
        rejectUnauthorized: false,
        timeout: CALL_TIMEOUT_MS,
        headers: {
          ...(credentials.cookie === undefined
            ? {}
            : { cookie: `PVEAuthCookie=${encodeURIComponent(credentials.cookie)}` }),
          ...(credentials.csrf === undefined ? {} : { csrfpreventiontoken: credentials.csrf }),
          ...(credentials.authorization === undefined
            ? {}
            : { authorization: credentials.authorization }),
          ...(sent === ""
            ? {}
            : {
                "content-type": sent.startsWith("{")
                  ? "application/json"
                  : "application/x-www-form-urlencoded",
                "content-length": Buffer.byteLength(sent),
              }),
        },
      },
      (reply) => {
        let text = "";
        reply.on("data", (data: Buffer) => {
          text += data.toString();
        });
        reply.on("end", () =>
          resolve({
            ...(reply.statusCode === undefined ? {} : { status: reply.statusCode }),
            reason: reply.statusMessage ?? "",
            body: text,
            seconds: seconds(),
          }),
        );
      },
    );
    out.on("timeout", () => out.destroy(new Error("no reply in time")));
    out.on("error", (error) => resolve({ reason: error.message, seconds: seconds() }));
    out.end(sent);
  });
}
