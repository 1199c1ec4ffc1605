import { defineResource } from "../../kit/define-resource.js";
import { tokenInputs, tokenOutputs } from "./schema.js";

/** The program's own API account and its token. */
export class Token extends defineResource("pveum/token", tokenInputs, tokenOutputs, {
  additionalSecretOutputs: ["apiToken"],
}) {}
