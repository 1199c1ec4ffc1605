import { guestProvider } from "../guest-provider.js";
import { containerInputs, containerState } from "./schema.js";

/** One container of the cluster. */
export const container = guestProvider({
  kind: "guest/container",
  schemaVersion: 1,
  inputs: containerInputs,
  state: containerState,
});
