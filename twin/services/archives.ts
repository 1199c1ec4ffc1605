import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../paths.js";
import { run } from "../process/run.js";

/**
 * The package archives as hosts of the twin see them. Their names come from the machine's own sources, so that a
 * host's files read like those of a host at the same place; their answers come from the cache.
 */
export interface Archives {
  /** Host names that the twin's DNS leads to the controller. */
  readonly hostNames: readonly string[];
  keyrings(major: 8 | 9): readonly { readonly path: string; readonly file: string }[];
  sources(major: 8 | 9, suite: string): readonly { readonly path: string; readonly text: string }[];
  readonly signingHome: string;
}

const PROXMOX_NAMES = ["download.proxmox.com", "enterprise.proxmox.com"];

export async function openArchives(uris: readonly string[]): Promise<Archives> {
  const home = join(cacheRoot(), "twin", "signing");
  const publicKey = join(home, "twin.gpg");
  if (!existsSync(publicKey)) await makeKey(home, publicKey);
  const [main = "http://debian.invalid/debian"] = uris;
  const security = uris[1];
  return {
    signingHome: home,
    hostNames: [...new Set([...uris.map((uri) => new URL(uri).hostname), ...PROXMOX_NAMES])],
    keyrings: (major) => [
      { path: "usr/share/keyrings/debian-archive-keyring.gpg", file: publicKey },
      {
        path:
          major === 9
            ? "usr/share/keyrings/proxmox-archive-keyring.gpg"
            : "etc/apt/trusted.gpg.d/proxmox-release-bookworm.gpg",
        file: publicKey,
      },
      { path: "etc/apt/trusted.gpg.d/debian-archive-twin.gpg", file: publicKey },
    ],
    sources: (major, suite) => {
      const plain = (uri: string) => uri.replace(/^https:/, "http:");
      const archives = [
        [plain(main), `${suite} ${suite}-updates`],
        ...(security === undefined ? [] : [[plain(security), `${suite}-security`]]),
      ];
      const components = "main contrib non-free-firmware";
      return major === 9
        ? [
            { path: "etc/apt/sources.list", text: "" },
            {
              path: "etc/apt/sources.list.d/debian.sources",
              text: archives
                .map(([uri, suites]) =>
                  [
                    "Types: deb",
                    `URIs: ${uri}`,
                    `Suites: ${suites}`,
                    `Components: ${components}`,
                    "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
                    "",
                  ].join("\n"),
                )
                .join("\n"),
            },
          ]
        : [
            {
              path: "etc/apt/sources.list",
              text: archives
                .flatMap(([uri, suites = ""]) =>
                  suites.split(" ").map((one) => `deb ${uri} ${one} ${components}\n`),
                )
                .join("\n"),
            },
          ];
    },
  };
}

/** Only the hosts of twins trust this key; it is made once and stays in the cache. */
async function makeKey(home: string, publicKey: string): Promise<void> {
  const making = `${home}.making-${process.pid}`;
  await mkdir(making, { recursive: true, mode: 0o700 });
  try {
    const gpg = ["gpg", "--homedir", making, "--batch", "--quiet"];
    await run([
      ...gpg,
      "--passphrase",
      "",
      "--quick-generate-key",
      "proxmox-ha twin archive <archive@twin.invalid>",
      "rsa3072",
      "sign",
      "never",
    ]);
    await run([...gpg, "--output", join(making, "twin.gpg"), "--export"]);
    await run(["gpgconf", "--homedir", making, "--kill", "all"]).catch(() => undefined);
    await rm(home, { recursive: true, force: true });
    await rename(making, home);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  if (!existsSync(publicKey)) throw new Error(`gpg left no key at ${publicKey}`);
}

/** A signed index, as apt wants to see it beside the package lists. */
export async function signInRelease(home: string, release: string): Promise<string> {
  const folder = join(home, `release-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await mkdir(folder);
  try {
    await writeFile(join(folder, "Release"), release);
    await run([
      "gpg",
      "--homedir",
      home,
      "--batch",
      "--quiet",
      "--yes",
      "--digest-algo",
      "SHA512",
      "--clearsign",
      "--output",
      join(folder, "InRelease"),
      join(folder, "Release"),
    ]);
    return await readFile(join(folder, "InRelease"), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
