import { type AmtAccess, readIdentity, readPower } from "./amt.js";
import { start } from "./command.js";
import type { ProgramTwin } from "./program-twin.js";
import { controllerOf, secretAt } from "./twin-hosts.js";

/** What a management controller says to a client that shares no code with it. */
export interface BmcLook {
  readonly power: "on" | "off" | "refused" | "busy" | "none";
  /** In its usual notation; nothing when the device does not tell. */
  readonly uuid?: string | undefined;
  readonly certificate?: "valid" | "expired" | undefined;
}

export interface BmcProbe {
  readonly node: string;
  look(): Promise<BmcLook>;
}

/** Each fault of a controller with what is different then; the rest stays as it was. */
export const BMC_FAULTS: readonly {
  readonly words: readonly string[];
  readonly effect: Partial<BmcLook>;
  readonly kinds: readonly ("amt" | "redfish" | "ipmi")[];
}[] = [
  { words: ["hang"], effect: { power: "none" }, kinds: ["amt", "redfish", "ipmi"] },
  { words: ["dead"], effect: { power: "none" }, kinds: ["amt", "redfish", "ipmi"] },
  { words: ["lies", "says=off"], effect: { power: "off" }, kinds: ["amt", "redfish", "ipmi"] },
  { words: ["refuses-login"], effect: { power: "refused" }, kinds: ["amt", "redfish", "ipmi"] },
  { words: ["rate-limit"], effect: { power: "busy" }, kinds: ["amt", "redfish"] },
  { words: ["expired-certificate"], effect: { certificate: "expired" }, kinds: ["amt", "redfish"] },
  {
    words: ["wrong-identity"],
    effect: { uuid: "5714a6e4-0000-4000-8000-00000000bad0" },
    kinds: ["amt", "redfish", "ipmi"],
  },
];

export function amtAccessOf(twin: ProgramTwin, node: "frege" | "russell"): AmtAccess {
  return {
    prefix: controllerOf(twin),
    address: node === "frege" ? "10.203.3.21" : "10.203.3.22",
    user: "admin",
    password: secretAt(twin, `ssm:/ms01/amt/${node}`),
  };
}

export function amtOf(twin: ProgramTwin, node: "frege" | "russell"): BmcProbe {
  const access = amtAccessOf(twin, node);
  return {
    node,
    look: async () => {
      const [power, identity, certificate] = await Promise.all([
        readPower(access),
        readIdentity(access),
        certificateOf(twin, `${access.address}:16993`),
      ]);
      const [, state] = /PowerState>(\d+)</.exec(power.stdout) ?? [];
      const [, guid = ""] = /PlatformGUID>([0-9A-Fa-f]{32})</.exec(identity.stdout) ?? [];
      const word = state === "2" ? "on" : state === "8" ? "off" : undefined;
      return { power: word ?? refusal(power.stdout), uuid: smbios(guid), certificate };
    },
  };
}

/** The systems of one Redfish service, read by curl with the password in a file that it reads. */
export function redfishOf(
  twin: ProgramTwin,
  node: string,
  address: string,
  login: { readonly user: string; readonly password: string },
): BmcProbe {
  const get = async (url: string) => {
    const config = [
      `url = "https://${address}${url}"`,
      `user = "${login.user}:${login.password}"`,
      "insecure",
      "silent",
      'write-out = "\\nstatus=%{http_code}"',
      "max-time = 5",
    ].join("\n");
    const words = [...controllerOf(twin), "curl", "--config", "-"];
    return (await start(words, { input: config, deadlineMs: 20_000 }).finished).stdout;
  };
  return {
    node,
    look: async () => {
      const [systems, certificate] = await Promise.all([
        get("/redfish/v1/Systems"),
        certificateOf(twin, `${address}:443`),
      ]);
      const [, first] = /"(\/redfish\/v1\/Systems\/[^"]+)"/.exec(systems) ?? [];
      if (first === undefined) return { power: refusal(systems), certificate };
      const system = await get(first);
      const [, state = ""] = /"PowerState": ?"(\w+)"/.exec(system) ?? [];
      const [, uuid] = /"UUID": ?"([0-9A-Fa-f-]+)"/.exec(system) ?? [];
      const word = state === "On" ? "on" : state === "Off" ? "off" : undefined;
      return { power: word ?? refusal(system), uuid: uuid?.toLowerCase(), certificate };
    },
  };
}

/** One session of ipmitool for the power and one for the identity, as IPMI over LAN has nothing else to tell. */
export function ipmiOf(
  twin: ProgramTwin,
  node: string,
  address: string,
  login: { readonly user: string; readonly password: string },
): BmcProbe {
  const ask = (...words: string[]) =>
    start(
      [
        ...[...controllerOf(twin), "ipmitool", "-I", "lanplus", "-C", "3", "-L", "OPERATOR"],
        ...["-N", "1", "-R", "1", "-H", address, "-U", login.user, "-E", ...words],
      ],
      { env: { IPMI_PASSWORD: login.password }, deadlineMs: 30_000 },
    ).finished;
  return {
    node,
    look: async () => {
      const power = await ask("chassis", "power", "status");
      const [, state] = /Chassis Power is (on|off)/.exec(power.stdout) ?? [];
      if (state !== "on" && state !== "off") {
        const said = /unauthorized name|RAKP 2|HMAC/i.test(power.stderr) ? "refused" : "none";
        return { power: said };
      }
      const [, uuid] =
        /System GUID\s*: ([0-9a-f-]{36})/.exec((await ask("mc", "guid")).stdout) ?? [];
      return { power: state, uuid };
    },
  };
}

function refusal(text: string): "refused" | "busy" | "none" {
  if (text.includes("status=401")) return "refused";
  return /status=(429|503)/.test(text) ? "busy" : "none";
}

/** The first three groups of a UUID are written backwards where firmware tells it. */
function smbios(hex: string): string | undefined {
  if (hex === "") return undefined;
  const backwards = (from: number, to: number) =>
    (hex.slice(from, to).match(/../g) ?? []).reverse().join("");
  const groups = [
    backwards(0, 8),
    backwards(8, 12),
    backwards(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ];
  return groups.join("-").toLowerCase();
}

async function certificateOf(twin: ProgramTwin, door: string): Promise<BmcLook["certificate"]> {
  const ask = `timeout 5 openssl s_client -connect ${door} </dev/null 2>/dev/null`;
  const { stdout } = await start(
    [...controllerOf(twin), "sh", "-c", `${ask} | openssl x509 -noout -enddate 2>/dev/null`],
    { deadlineMs: 20_000 },
  ).finished;
  const ends = new Date(stdout.trim().replace("notAfter=", "")).getTime();
  if (Number.isNaN(ends)) return undefined;
  return ends > Date.now() ? "valid" : "expired";
}
