import { type AcceptanceTest, LOOKS_ALONE } from "../test.js";
import { byMeasurements } from "./measured.js";

export const members: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "members",
  title: "Members, votes, services and certificates",
  measure:
    "what each member says of quorum, votes, configuration, services, certificates and clock",
  threshold:
    "all votes, one configuration, every service active, no certificate near its end, clocks alike",
  without: () => undefined,
  perform: async ({ material }) =>
    byMeasurements(
      "checks that hold",
      [
        "cluster/quorum",
        "cluster/version",
        "cluster/service",
        "cluster/certificate",
        "proxmox/versions-differ",
        "host/clock",
      ],
      material,
    ),
};
