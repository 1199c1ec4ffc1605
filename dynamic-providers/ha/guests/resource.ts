import { defineResource } from "../../kit/define-resource.js";
import { guestsArgs, guestsOutputs } from "./schema.js";

/** Guests under HA and the rules that place them. */
export class Guests extends defineResource("ha/guests", guestsArgs, guestsOutputs) {}
