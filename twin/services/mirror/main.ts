import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { z } from "zod";
import { signInRelease } from "../archives.js";

const mirrorConfig = z.strictObject({
  port: z.int(),
  packages: z.string(),
  signingHome: z.string(),
  suite: z.string(),
  refusedHosts: z.array(z.string()),
});
export type MirrorConfig = z.input<typeof mirrorConfig>;

const COMPONENTS = [
  "main",
  "contrib",
  "non-free",
  "non-free-firmware",
  "pve-no-subscription",
  "pve-enterprise",
  "pve-test",
  "pvetest",
  "no-subscription",
  "enterprise",
  "test",
];

/** One index for one suite; only Debian's main archive holds packages, the others are valid and empty. */
class Suites {
  readonly #config: z.output<typeof mirrorConfig>;
  readonly #index: string;
  readonly #signed = new Map<string, Promise<string>>();

  constructor(config: z.output<typeof mirrorConfig>) {
    this.#config = config;
    this.#index = readFileSync(join(config.packages, "Packages"), "utf8");
  }

  index(suite: string, component: string): string {
    return suite === this.#config.suite && component === "main" ? this.#index : "";
  }

  release(suite: string): string {
    const files = COMPONENTS.flatMap((component) =>
      ["amd64", "all"].map((architecture) => ({
        path: `${component}/binary-${architecture}/Packages`,
        text: architecture === "amd64" ? this.index(suite, component) : "",
      })),
    );
    return [
      "Origin: twin",
      "Label: twin",
      `Suite: ${suite}`,
      `Codename: ${suite}`,
      `Date: ${new Date(Date.now() - 60_000).toUTCString().replace("GMT", "UTC")}`,
      "Architectures: amd64 all",
      `Components: ${COMPONENTS.join(" ")}`,
      "SHA256:",
      ...files.map(({ path, text }) => {
        const sum = createHash("sha256").update(text).digest("hex");
        return ` ${sum} ${Buffer.byteLength(text)} ${path}`;
      }),
      "",
    ].join("\n");
  }

  inRelease(suite: string): Promise<string> {
    const known = this.#signed.get(suite);
    if (known !== undefined) return known;
    const fresh = signInRelease(this.#config.signingHome, this.release(suite));
    this.#signed.set(suite, fresh);
    return fresh;
  }
}

async function answer(
  suites: Suites,
  config: MirrorConfig,
  host: string,
  path: string,
  response: ServerResponse,
): Promise<void> {
  if (config.refusedHosts.includes(host)) {
    response.writeHead(401).end("Unauthorized\n");
    return;
  }
  const inRelease = /\/dists\/([^/]+(?:\/updates)?)\/InRelease$/.exec(path);
  const index = /\/dists\/([^/]+(?:\/updates)?)\/([^/]+)\/binary-amd64\/Packages$/.exec(path);
  const empty = /\/binary-all\/Packages$/.test(path);
  if (inRelease?.[1] !== undefined) {
    response.writeHead(200).end(await suites.inRelease(inRelease[1]));
    return;
  }
  if (index?.[1] !== undefined && index[2] !== undefined) {
    response.writeHead(200).end(suites.index(index[1], index[2]));
    return;
  }
  if (empty) {
    response.writeHead(200).end("");
    return;
  }
  const file = join(config.packages, basename(decodeURIComponent(path)));
  if (path.endsWith(".deb") && existsSync(file)) {
    response.writeHead(200, { "content-length": statSync(file).size });
    createReadStream(file).pipe(response);
    return;
  }
  response.writeHead(404).end("not in the twin's archive\n");
}

function main(): void {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: node main.js <config.json>");
  const config = mirrorConfig.parse(JSON.parse(readFileSync(path, "utf8")));
  const suites = new Suites(config);
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? "").split(":")[0] ?? "";
    answer(suites, config, host, request.url ?? "/", response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      response.writeHead(500).end();
    });
  });
  server.listen(config.port, "0.0.0.0");
}

if (require.main === module) main();
