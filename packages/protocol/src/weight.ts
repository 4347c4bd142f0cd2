import { Type } from "typebox";

/** How much a tenant counts where something is crowded: 2 is served twice as much as 1, which is usual. */
export const Weight = Type.Integer({ minimum: 1, maximum: 100 });
