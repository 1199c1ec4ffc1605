import { guestProvider } from "../guest-provider.js";
import { vmInputs, vmState } from "./schema.js";

/** One virtual machine of the cluster. */
export const virtualMachine = guestProvider({
  kind: "guest/vm",
  schemaVersion: 2,
  migrations: { 1: (state) => ({ ...state, kind: "vm" }) },
  inputs: vmInputs,
  state: vmState,
});
