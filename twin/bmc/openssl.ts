import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key with its certificate, both PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateRequest {
  readonly subject: string;
  /** Who signs; without it the certificate signs itself. */
  readonly issuer?: Identity;
  readonly from: Date;
  readonly to: Date;
  /** Lines as in openssl's x509v3_config. */
  readonly extensions: readonly string[];
}

const CONFIG = `
[req]
distinguished_name = subject
[subject]
[ca]
default_ca = authority
[authority]
database = index
new_certs_dir = .
default_md = sha256
rand_serial = yes
policy = policy
unique_subject = no
[policy]
commonName = supplied
`;

/**
 * Makes a key of its own and a certificate for it. Of openssl's ways only `ca` sets both ends of the validity, and it
 * keeps books, so it works in a folder that is gone afterwards.
 */
export function certify({ subject, issuer, from, to, extensions }: CertificateRequest): Identity {
  const dir = mkdtempSync(join(tmpdir(), "twin-certificate-"));
  const write = (name: string, text: string) =>
    writeFileSync(join(dir, name), text, { mode: 0o600 });
  const read = (name: string) => readFileSync(join(dir, name), "utf8");
  const openssl = (...words: readonly string[]) =>
    execFileSync("openssl", words, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  try {
    write("config", CONFIG);
    write("index", "");
    const always = ["subjectKeyIdentifier = hash", "authorityKeyIdentifier = keyid"];
    write("extensions", [...always, ...extensions, ""].join("\n"));
    openssl(
      ...["req", "-new", "-config", "config", "-subj", `/CN=${subject}`, "-out", "request"],
      ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", "key"],
    );
    if (issuer !== undefined) {
      write("issuer-key", issuer.key);
      write("issuer", issuer.cert);
    }
    openssl(
      ...["ca", "-batch", "-notext", "-config", "config", "-extfile", "extensions"],
      ...["-startdate", timeText(from), "-enddate", timeText(to), "-in", "request", "-out", "cert"],
      ...(issuer === undefined
        ? ["-selfsign", "-keyfile", "key"]
        : ["-cert", "issuer", "-keyfile", "issuer-key"]),
    );
    return { key: read("key"), cert: read("cert") };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** As openssl reads it: digits up to the second. */
const timeText = (time: Date) => `${time.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
