import { defineResource } from "../../kit/define-resource.js";
import { guestOutputs } from "../schema.js";
import { containerInputs } from "./schema.js";

/** A container, wherever in the cluster it runs. */
export class Container extends defineResource("guest/container", containerInputs, guestOutputs) {}
