import { createHash, randomBytes } from "node:crypto";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const NONCE_LIFE_MS = 300_000;

export type DigestVerdict = "admitted" | "unknown" | "stale" | "refused";

/** Server side of HTTP Digest as AMT speaks it: MD5, qop auth, nonces that it may forget at any time. */
export class DigestGate {
  readonly realm: string;
  readonly #user: string;
  readonly #password: () => string;
  /** When each live nonce was issued, and the last counter seen with it. */
  readonly #nonces = new Map<string, { readonly issuedAt: number; count: number }>();

  constructor(user: string, password: () => string, realmSeed: string) {
    this.realm = `Digest:${md5(realmSeed).toUpperCase()}`;
    this.#user = user;
    this.#password = password;
  }

  challenge(stale: boolean): string {
    const nonce = randomBytes(16).toString("hex");
    this.#nonces.set(nonce, { issuedAt: Date.now(), count: 0 });
    return `Digest realm="${this.realm}", nonce="${nonce}",stale="${stale}",qop="auth,auth-int"`;
  }

  verify(authorization: string | undefined, method: string): DigestVerdict {
    const fields = digestFields(authorization);
    if (fields === undefined) return "unknown";
    const known = this.#nonces.get(fields.nonce);
    if (known === undefined || Date.now() - known.issuedAt > NONCE_LIFE_MS) return "stale";
    const count = Number.parseInt(fields.nc, 16);
    const expected = md5(
      [
        md5(`${this.#user}:${this.realm}:${this.#password()}`),
        fields.nonce,
        fields.nc,
        fields.cnonce,
        fields.qop,
        md5(`${method}:${fields.uri}`),
      ].join(":"),
    );
    const right =
      fields.qop === "auth" &&
      fields.username === this.#user &&
      fields.realm === this.realm &&
      fields.response === expected;
    if (!right) return "refused";
    if (!(count > known.count)) return "stale";
    known.count = count;
    return "admitted";
  }

  forget(): void {
    this.#nonces.clear();
  }
}

interface DigestFields {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly qop: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly response: string;
}

function digestFields(authorization: string | undefined): DigestFields | undefined {
  const list = /^Digest\s+([\s\S]*)$/i.exec(authorization ?? "")?.[1];
  if (list === undefined) return undefined;
  const values: Record<string, string> = {};
  for (const [, name = "", quoted, bare] of list.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^,\s]+))/g)) {
    values[name.toLowerCase()] = quoted ?? bare ?? "";
  }
  const { username = "", realm = "", nonce = "", uri = "" } = values;
  const { qop = "", nc = "", cnonce = "", response = "" } = values;
  return { username, realm, nonce, uri, qop, nc, cnonce, response };
}
