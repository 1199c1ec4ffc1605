import type { ClusterSpec } from "../../schema/cluster.js";
import type { RenderedFile } from "./ring-files.js";

const KEYRING = "/usr/share/keyrings/proxmox-archive-keyring.gpg";
const PUBLIC = "http://download.proxmox.com/debian";
const ENTERPRISE = "https://enterprise.proxmox.com/debian";
const SUITE = { 8: "bookworm", 9: "trixie" } as const;

/** Proxmox's own package sources. Debian's stay as the installer wrote them. */
export function renderRepositories(spec: ClusterSpec): RenderedFile[] {
  return spec.proxmox.major === 9 ? deb822(spec) : oneLine(spec);
}

function cephRelease(spec: ClusterSpec): string {
  return spec.ceph?.release ?? "squid";
}

function deb822(spec: ClusterSpec): RenderedFile[] {
  const { channel } = spec.proxmox;
  const enterprise = channel === "enterprise";
  const component = channel === "test" ? "pve-test" : "pve-no-subscription";
  const ceph = `ceph-${cephRelease(spec)}`;
  return [
    // Switched off rather than removed: a package update would bring a removed file back, switched on.
    source("pve-enterprise", `${ENTERPRISE}/pve`, "pve-enterprise", enterprise),
    ...(enterprise ? [] : [source("proxmox", `${PUBLIC}/pve`, component, true)]),
    enterprise
      ? source("ceph", `${ENTERPRISE}/${ceph}`, "enterprise", true)
      : source("ceph", `${PUBLIC}/${ceph}`, channel === "test" ? "test" : "no-subscription", true),
  ];
}

function source(name: string, uri: string, component: string, enabled: boolean): RenderedFile {
  const lines = [
    "Types: deb",
    `URIs: ${uri}`,
    `Suites: ${SUITE[9]}`,
    `Components: ${component}`,
    `Signed-By: ${KEYRING}`,
    ...(enabled ? [] : ["Enabled: no"]),
  ];
  return {
    path: `/etc/apt/sources.list.d/${name}.sources`,
    content: `${lines.join("\n")}\n`,
    mode: 0o644,
  };
}

function oneLine(spec: ClusterSpec): RenderedFile[] {
  const { channel } = spec.proxmox;
  const enterprise = channel === "enterprise";
  const component = channel === "test" ? "pvetest" : "pve-no-subscription";
  const ceph = `ceph-${cephRelease(spec)}`;
  return [
    list("pve-enterprise", `${ENTERPRISE}/pve`, "pve-enterprise", enterprise),
    ...(enterprise ? [] : [list("proxmox", `${PUBLIC}/pve`, component, true)]),
    enterprise
      ? list("ceph", `${ENTERPRISE}/${ceph}`, "enterprise", true)
      : list("ceph", `${PUBLIC}/${ceph}`, channel === "test" ? "test" : "no-subscription", true),
  ];
}

function list(name: string, uri: string, component: string, enabled: boolean): RenderedFile {
  return {
    path: `/etc/apt/sources.list.d/${name}.list`,
    content: `${enabled ? "" : "# "}deb ${uri} ${SUITE[8]} ${component}\n`,
    mode: 0o644,
  };
}
