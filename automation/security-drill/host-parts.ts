import { look, type Part, shown, Unread } from "../../dynamic-providers/transport/pvesh/part.js";
import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import { type Fact, factOf } from "./fact.js";
import { type Listener, parseListeners } from "./listeners.js";

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

/** An address that is kept for documents: nobody's, so that no exception for the cluster's own addresses is taken for the rule. */
const STRANGER = "user=root,host=stranger.invalid,addr=192.0.2.1";

/** What sshd itself says that it does for root from elsewhere. */
export const SSHD: Part<Fact<ReadonlyMap<string, string>>> = factOf(
  look("sshd -T", sh`"$(command -v sshd || echo /usr/sbin/sshd)" -T -C ${STRANGER}`, (text) => {
    const settings = new Map(
      linesOf(text).map((line) => {
        const [key = "", ...value] = line.trim().split(/\s+/);
        return [key.toLowerCase(), value.join(" ")] as const;
      }),
    );
    for (const key of ["passwordauthentication", "permitrootlogin"]) {
      if (!settings.has(key)) {
        throw new Unread(`it does not say ${key}: ${shown(text)}`);
      }
    }
    return settings;
  }),
);

export const LISTENERS: Part<Fact<readonly Listener[]>> = factOf(
  look("ss -Hltnup", "ss -Hltnup", parseListeners),
);

/** The authority that members trust, and what the web interface shows; its own comes before the cluster's. */
export const NEEDED_CERTIFICATES = [
  "/etc/pve/pve-root-ca.pem",
  "/etc/pve/local/pve-ssl.pem",
] as const;
const OWN_CERTIFICATE = "/etc/pve/local/pveproxy-ssl.pem";

export interface CertificateEnd {
  readonly path: string;
  readonly endsMs: number;
}

export const CERTIFICATES: Part<Fact<readonly CertificateEnd[]>> = factOf(
  look(
    "certificates",
    sh`( for c in ${[...NEEDED_CERTIFICATES, OWN_CERTIFICATE]}; do if test -e "$c"; then end=$(openssl x509 -noout -enddate -in "$c") || exit 1; printf '%s|%s\\n' "$c" "$end"; fi; done )`,
    (text) =>
      linesOf(text).map((line) => {
        const [path = "", end = ""] = line.split("|");
        const endsMs = Date.parse(end.replace(/^notAfter=/, ""));
        if (Number.isNaN(endsMs)) {
          throw new Unread(`this is no end of a certificate: ${shown(line)}`);
        }
        return { path, endsMs };
      }),
  ),
);

/** Files that hold secrets, as patterns of the shell. Their content is not read. */
const SECRETS = [
  "/etc/pve/priv/*",
  "/etc/pve/priv/*/*",
  "/etc/pve/local/*.key",
  "/etc/pve/pve-www.key",
  "/etc/corosync/authkey",
  "/etc/ceph/*.keyring",
  "/var/lib/ceph/*/*/keyring",
  "/etc/proxmox-ha/*.json",
  "/etc/proxmox-ha/*/*.json",
  "/etc/ssh/ssh_host_*_key",
  "/root/.ssh/id_*",
  "/etc/shadow",
  "/etc/gshadow",
] as const;

export interface SecretFile {
  readonly path: string;
  readonly mode: number;
}

export const SECRET_FILES: Part<Fact<readonly SecretFile[]>> = factOf(
  look(
    "modes of files with secrets",
    sh`( for f in ${raw(SECRETS.join(" "))}; do case "$f" in *.pub) continue ;; esac; test -f "$f" || continue; stat -L -c '%a|%n' "$f" || exit 1; done )`,
    (text) =>
      linesOf(text).map((line) => {
        const [, mode, path] = /^([0-7]{1,4})\|(\/.+)$/.exec(line) ?? [];
        if (mode === undefined || path === undefined) {
          throw new Unread(`this is no mode and path: ${shown(line)}`);
        }
        return { path, mode: Number.parseInt(mode, 8) };
      }),
  ),
);

export interface Updates {
  /** Since the lists were fetched; undefined where there are none. */
  readonly ageDays: number | undefined;
  readonly security: readonly string[];
}

/** By the lists that lie there. Nothing is fetched, and apt's own cache is not written. */
export const UPDATES: Part<Fact<Updates>> = factOf(
  look(
    "pending updates",
    `( newest=$(stat -c %Y /var/lib/apt/lists/*Release /var/lib/apt/lists/*Packages* 2>/dev/null | sort -n | tail -n 1); printf 'age %s\\n' "\${newest:+$(( ($(date +%s) - newest) / 86400 ))}"; apt-get -s -q -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= dist-upgrade )`,
    (text) => {
      const [, age] = /^age (\d*)$/m.exec(text) ?? [];
      if (age === undefined) {
        throw new Unread(`it says no age of the lists: ${shown(text)}`);
      }
      return {
        ageDays: age === "" ? undefined : Number(age),
        security: linesOf(text).flatMap((line) => {
          const [, name] = /^Inst (\S+) .*Debian-Security:/.exec(line) ?? [];
          return name === undefined ? [] : [name];
        }),
      };
    },
  ),
);

/** Services of PAM that ask Duo. */
export const DUO_SERVICES: Part<Fact<readonly string[]>> = factOf(
  look(
    "PAM's services that ask Duo",
    "( for f in /etc/pam.d/proxmox-ve-auth /etc/pam.d/sshd; do if test -e $f && grep -qE '^[^#]*pam_duo' $f; then echo $f; fi; done )",
    linesOf,
  ),
);
