import { networkOf } from "../../config/plan/address.js";
import { printed, whenMounted } from "../shell/etc-pve.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** What /etc/pve/ceph.conf says that never changes afterwards. */
export interface CephConfigurationFacts {
  readonly fsid?: string;
  readonly publicNetwork?: string;
  readonly clusterNetwork?: string;
  /** The key by which everything else is asked. */
  readonly keyring: boolean;
}

const KEYRING = "@keyring";

/** Its end tells whether the key is there: what wrote the file may have been cut before that. */
export const CONFIGURATION_SCRIPT = whenMounted(
  [
    sh`${raw(printed("/etc/pve/ceph.conf"))} || exit`,
    `if test -s /etc/pve/priv/ceph.client.admin.keyring; then echo '${KEYRING} there'; else echo '${KEYRING} absent'; fi`,
  ].join("\n"),
);

export function parseConfiguration(said: string): CephConfigurationFacts {
  const { global: found = {} } = sectionsOf(said);
  const { fsid, public_network, cluster_network } = found;
  return {
    ...(fsid === undefined ? {} : { fsid }),
    ...(public_network === undefined ? {} : { publicNetwork: networks(public_network) }),
    ...(cluster_network === undefined ? {} : { clusterNetwork: networks(cluster_network) }),
    keyring: new RegExp(`^${KEYRING} there$`, "m").test(said),
  };
}

/** Keys may be spelt with blanks or underscores. */
export function sectionsOf(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of text.split("\n").map((one) => one.replace(/[#;].*/, "").trim())) {
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      section = sections[header] ?? {};
      sections[header] = section;
    }
    const [, key, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      section[key.replaceAll(/[\s-]+/g, "_")] = value;
    }
  }
  return sections;
}

/** The web interface writes a host's own address with the prefix; what is no network stays as it is written. */
export function networks(text: string): string {
  return text
    .split(/[\s,]+/)
    .map((one) => {
      try {
        return networkOf(one);
      } catch {
        return one;
      }
    })
    .join(",");
}
