import { z } from "zod";
import { guestInputs, NOT_KEPT } from "../schema.js";

export const vmInputs = guestInputs.extend({ kind: z.literal("vm") });
export const vmState = vmInputs.omit(NOT_KEPT);
