import type { IpmiBmcConfig } from "../config.js";
import { smbiosBytes } from "../smbios.js";

/** `ipmi_sim` silently cuts a longer one, and then every login fails. */
const PASSWORD_BYTES_MAX = 16;

export interface LanConfigOptions {
  readonly config: Pick<IpmiBmcConfig, "node" | "address" | "port" | "user">;
  readonly password: string;
  readonly uuid: string;
  /** Command that ipmi_sim runs for every power question. */
  readonly chassisCommand: string;
  /** False: the account exists and is disabled. */
  readonly loginAllowed: boolean;
}

/** The configuration of OpenIPMI's `ipmi_sim` for one BMC. */
export function renderLanConfig(options: LanConfigOptions): string {
  const { config, password, uuid, chassisCommand, loginAllowed } = options;
  if (Buffer.byteLength(password) > PASSWORD_BYTES_MAX) {
    throw new Error(
      `the IPMI password of ${config.node} is longer than ${PASSWORD_BYTES_MAX} bytes, which ipmi_sim cannot carry`,
    );
  }
  const name = config.node.replace(/[^A-Za-z0-9_-]/g, "-");
  return `name ${quoted(name)}
set_working_mc 0x20
startlan 1
  addr ${config.address} ${config.port}
  priv_limit operator
  allowed_auths_callback none md5
  allowed_auths_user none md5
  allowed_auths_operator none md5
  allowed_auths_admin none md5
  guid ${smbiosBytes(uuid).toString("hex")}
endlan
chassis_control ${quoted(chassisCommand)}
user 1 false "" "" user 10 none
user 2 ${loginAllowed} ${quoted(config.user)} ${quoted(password)} operator 10 md5
`;
}

/** The emulated controller behind it: one BMC at its usual address, without sensors. */
export const emulatedController = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
`;

function quoted(text: string): string {
  if (/["\\\r\n]/.test(text)) {
    throw new Error("ipmi_sim can take neither quotes, backslashes nor line ends in a value");
  }
  return `"${text}"`;
}
