import { createHash, randomBytes } from "node:crypto";
import type { PowerLogin } from "../power/power-controller.js";

const md5 = (text: string) => createHash("md5").update(text, "utf8").digest("hex");

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
}

/** Client side of HTTP Digest with MD5 and qop `auth`, which is all that AMT speaks. */
export class DigestLogin {
  readonly #login: PowerLogin;
  #challenge: Challenge | undefined;
  #count = 0;

  constructor(login: PowerLogin) {
    this.#login = login;
  }

  /** False when the header holds no challenge that can be answered. */
  accept(header: string | undefined): boolean {
    const fields = /^\s*Digest\s+([\s\S]*)$/i.exec(header ?? "")?.[1];
    if (fields === undefined) return false;
    // Quoted values may hold commas: qop="auth,auth-int".
    const values = new Map<string, string>();
    for (const [, name = "", quoted, bare] of fields.matchAll(
      /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
    )) {
      values.set(name.toLowerCase(), quoted ?? bare ?? "");
    }
    const realm = values.get("realm");
    const nonce = values.get("nonce");
    const qop = (values.get("qop") ?? "").split(",").map((option) => option.trim());
    if (realm === undefined || nonce === undefined || !qop.includes("auth")) return false;
    this.#challenge = { realm, nonce, opaque: values.get("opaque") };
    this.#count = 0;
    return true;
  }

  /** No header before the first challenge. */
  authorize(method: string, uri: string): Readonly<Record<string, string>> {
    if (this.#challenge === undefined) return {};
    const { realm, nonce, opaque } = this.#challenge;
    const { user, password } = this.#login;
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, "0");
    const cnonce = randomBytes(8).toString("hex");
    const secret = md5(`${user}:${realm}:${password.reveal()}`);
    const response = md5(`${secret}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
    const fields = [
      `username="${user}"`,
      `realm="${realm}"`,
      `nonce="${nonce}"`,
      `uri="${uri}"`,
      "qop=auth",
      `nc=${nc}`,
      `cnonce="${cnonce}"`,
      `response="${response}"`,
      ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ];
    return { authorization: `Digest ${fields.join(", ")}` };
  }
}

export function isStale(header: string | undefined): boolean {
  return /stale\s*=\s*"?true/i.test(header ?? "");
}
