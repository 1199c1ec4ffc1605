import * as pulumi from "@pulumi/pulumi";

/** What generated code of any language does: it names type and outputs, and the engine has the plugin make what is behind them. */
class NetworkedHosts extends pulumi.ComponentResource {
  declare readonly cables: pulumi.Output<string[]>;
  declare readonly rebootReasons: pulumi.Output<Record<string, string[]>>;

  constructor(name: string) {
    const outputs = { cables: undefined, rebootReasons: undefined, rings: undefined };
    super("proxmox-ha:network:NetworkedHosts", name, outputs, {}, true);
  }
}

const hosts = new NetworkedHosts("lab");

export const cables = hosts.cables;
