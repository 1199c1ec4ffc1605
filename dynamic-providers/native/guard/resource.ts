import { defineResource } from "../../kit/define-resource.js";
import { noOutputs } from "../../kit/outputs.js";
import { nativeGuardInputs } from "./schema.js";

/** Keeps what the native provider made as long as it holds something. */
export class NativeGuard extends defineResource("native/guard", nativeGuardInputs, noOutputs, {
  aliases: [{ type: "pulumi-nodejs:dynamic/pvesm:Guard" }],
}) {}
